import type { ChatResponse, ChatWarning, ToolCall } from '@lakehouse/chat-core';
import type { AnswerMeta } from '../front.js';
import { present } from '../present.js';
import { openaiNames } from './names.js';
import { type ReasoningDetail, toReasoningDetails } from './reasoning-details.js';
import { type OpenaiUsage, toOpenaiUsage } from './usage.js';

interface OpenaiToolCallAnswer {
  readonly id: string;
  readonly type: 'function';
  /** `arguments` is JSON text, or what the model wrote where that was no JSON object. */
  readonly function: { readonly name: string; readonly arguments: string };
}

interface OpenaiMessageAnswer {
  readonly role: 'assistant';
  /** Null where there are only tool calls. */
  readonly content: string | null;
  readonly refusal: null;
  /** Beyond the protocol, as other servers have it; `reasoning_details` is there when it has to come back. */
  readonly reasoning_content?: string;
  readonly reasoning_details?: readonly ReasoningDetail[];
  readonly tool_calls?: readonly OpenaiToolCallAnswer[];
}

export type OpenaiFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

export interface OpenaiAnswer {
  readonly id: string;
  readonly object: 'chat.completion';
  /** Unix seconds. */
  readonly created: number;
  /** The model that answered. */
  readonly model: string;
  readonly choices: readonly [
    {
      readonly index: 0;
      readonly message: OpenaiMessageAnswer;
      readonly logprobs: null;
      readonly finish_reason: OpenaiFinishReason;
      /** The upstream's own word, as OpenRouter tells it. */
      readonly native_finish_reason?: string;
    },
  ];
  readonly usage?: OpenaiUsage;
  /** Beyond the protocol; of the request's reading first, then of the provider. */
  readonly warnings?: readonly ChatWarning[];
}

/** What all chunks of an answer have in common with the whole one. */
export const toAnswerHead = ({ requestId, createdAt }: AnswerMeta, model: string) => ({
  id: `chatcmpl-${requestId}`,
  created: Math.floor(createdAt / 1000),
  model,
});

/** The protocol has no word for "other"; agents run tools only after `tool_calls`. */
const toFinishReason = ({ finishReason, toolCalls }: ChatResponse): OpenaiFinishReason => {
  if (finishReason !== 'other') return finishReason;
  return toolCalls === undefined ? 'stop' : 'tool_calls';
};

/** How an answer ended: the fields of its choice. */
export const toFinish = (response: ChatResponse) => ({
  finish_reason: toFinishReason(response),
  ...present({ native_finish_reason: response.rawFinishReason }),
});

export const toAnswerWarnings = (
  { warnings }: ChatResponse,
  meta: AnswerMeta,
): Pick<OpenaiAnswer, 'warnings'> => {
  const all = [...meta.warnings, ...openaiNames.toWarnings(warnings)];
  return all.length === 0 ? {} : { warnings: all };
};

const toCall = ({ id, name, arguments: given }: ToolCall): OpenaiToolCallAnswer => ({
  id,
  type: 'function',
  function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
});

/** The body of a whole answer. */
export const formatOpenaiResponse = (response: ChatResponse, meta: AnswerMeta): OpenaiAnswer => {
  const { id, created, model } = toAnswerHead(meta, response.model);
  const { content, toolCalls } = response;
  const message: OpenaiMessageAnswer = {
    role: 'assistant',
    content: content === '' && toolCalls ? null : content,
    refusal: null,
    ...present({
      reasoning_content: response.reasoning,
      reasoning_details: toReasoningDetails(response),
      tool_calls: toolCalls?.map(toCall),
    }),
  };
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message, logprobs: null, ...toFinish(response) }],
    ...present({ usage: toOpenaiUsage(response.usage) }),
    ...toAnswerWarnings(response, meta),
  };
};
