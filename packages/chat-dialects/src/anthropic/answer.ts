import {
  type ChatResponse,
  type ChatWarning,
  type FinishReason,
  type JsonObject,
  outputTokens,
  type ProviderMetadata,
  type ToolCall,
  type Usage,
} from '@lakehouse/chat-core';
import type { AnswerMeta } from '../front.js';
import { present } from '../present.js';
import { parameterNames } from './body-names.js';
import { toCarriedData, unparsedArguments, unsigned } from './reasoning-carrier.js';

// The JSON that this front answers with.

type AnthropicContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: JsonObject;
      readonly provider_metadata?: ProviderMetadata;
    };

/** `null` is the protocol's own word for unknown, where a number is not demanded. */
interface AnthropicUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_creation_input_tokens: number | null;
  readonly cache_read_input_tokens: number | null;
  /** Part of the output; absent where the upstream does not tell it apart. */
  readonly output_tokens_details?: { readonly thinking_tokens: number };
}

/** The body of a whole answer, and the `message` of `message_start`. */
export interface AnthropicAnswer {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly AnthropicContentBlock[];
  readonly stop_reason: string | null;
  readonly stop_sequence: null;
  readonly usage: AnthropicUsage;
  /** Not of the protocol: what could not be done as it was asked. */
  readonly warnings?: readonly ChatWarning[];
}

const stopReasons: Readonly<Record<FinishReason, readonly [string, ...string[]]>> = {
  stop: ['end_turn', 'stop_sequence'],
  length: ['max_tokens', 'model_context_window_exceeded'],
  tool_calls: ['tool_use'],
  content_filter: ['refusal'],
  other: ['end_turn', 'pause_turn'],
};

/**
 * The first word, unless the upstream itself used another one of this protocol for it. Agents run tools only after
 * `tool_use`.
 */
export const toStopReason = ({ finishReason, rawFinishReason, toolCalls }: ChatResponse): string => {
  const words = stopReasons[finishReason];
  const own = words.find((word) => word === rawFinishReason);
  return own ?? (finishReason === 'other' && toolCalls ? 'tool_use' : words[0]);
};

const inTokens = (usage: Usage | undefined): Usage => (usage?.unit === undefined ? (usage ?? {}) : {});

/** `input_tokens` and `output_tokens` have to be numbers: 0 is the least lie about what nobody counted. */
export const toUsage = (usage: Usage | undefined): AnthropicUsage => {
  const { input, cacheRead, cacheWrite, reasoning } = inTokens(usage);
  return {
    input_tokens: input ?? 0,
    output_tokens: outputTokens(usage) ?? 0,
    cache_creation_input_tokens: cacheWrite ?? null,
    cache_read_input_tokens: cacheRead ?? null,
    ...(reasoning !== undefined && { output_tokens_details: { thinking_tokens: reasoning } }),
  };
};

const hidden: ChatWarning = {
  code: 'other',
  message: 'the model reasoned; its reasoning was left out, because the request does not enable thinking',
};

/** Everything that went otherwise than asked. */
export const toWarnings = (
  response: ChatResponse,
  { warnings }: AnswerMeta,
  thinking: boolean,
): readonly ChatWarning[] | undefined => {
  const reasoned = response.reasoning !== undefined || response.reasoningSegments !== undefined;
  const all = [
    ...warnings,
    ...parameterNames.toWarnings(response.warnings),
    ...(reasoned && !thinking ? [hidden] : []),
  ];
  return all.length > 0 ? all : undefined;
};

const toThinkingBlocks = (response: ChatResponse): readonly AnthropicContentBlock[] => {
  const { reasoning, reasoningSegments } = response;
  const segments = reasoningSegments ?? (reasoning === undefined ? [] : [{ text: reasoning }]);
  const blocks = segments.map(({ text, signature }) => ({
    thinking: text,
    signature: signature || unsigned,
  }));
  const data = toCarriedData(response);
  return [
    ...blocks.map((block) => ({ type: 'thinking', ...block }) as const),
    ...(data === undefined ? [] : [{ type: 'redacted_thinking', data } as const]),
  ];
};

const toInput = ({ arguments: given }: ToolCall): JsonObject =>
  typeof given === 'string' ? { [unparsedArguments]: given } : given;

/** The blocks of an answer. What a provider wants back travels in thinking blocks, or else in the calls. */
const toContent = (response: ChatResponse, thinking: boolean): readonly AnthropicContentBlock[] => [
  ...(thinking ? toThinkingBlocks(response) : []),
  ...(response.content === '' ? [] : [{ type: 'text', text: response.content } as const]),
  ...(response.toolCalls ?? []).map(
    (call) =>
      ({
        type: 'tool_use',
        id: call.id,
        name: call.name,
        input: toInput(call),
        ...present({ provider_metadata: thinking ? undefined : call.providerMetadata }),
      }) as const,
  ),
];

/**
 * The body of a whole answer. Without thinking, what the provider wants back with the whole turn is lost: nothing that
 * clients hand back has a place for it.
 */
export const formatAnthropicResponse = (
  response: ChatResponse,
  meta: AnswerMeta,
  thinking: boolean,
): AnthropicAnswer => ({
  id: `msg_${meta.requestId}`,
  type: 'message',
  role: 'assistant',
  model: response.model,
  content: toContent(response, thinking),
  stop_reason: toStopReason(response),
  stop_sequence: null,
  usage: toUsage(response.usage),
  ...present({ warnings: toWarnings(response, meta, thinking) }),
});
