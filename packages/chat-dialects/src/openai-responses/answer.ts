import {
  type ChatResponse,
  type ChatWarning,
  inputTokens,
  outputTokens,
  type Usage,
} from '@lakehouse/chat-core';
import type { AnswerMeta } from '../front.js';
import type { CallMetadata } from './carrier.js';
import { responsesNames } from './error.js';
import { type OutputItem, toCallItem, toMessageItem, toPayload, toReasoningItem } from './output-item.js';
import type { ParsedResponsesRequest } from './request.js';

type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed';

/** What of a response is not the same from its beginning to its end. */
export interface ResponseState {
  readonly status: ResponseStatus;
  /** The model that answers. */
  readonly model: string;
  readonly output: readonly OutputItem[];
  readonly usage?: Usage | undefined;
  readonly reason?: string | undefined;
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Null when the upstream told no count of tokens. The protocol wants numbers: a count that alone is unknown, and cached
 * or reasoning tokens that nobody counted apart, are 0.
 */
const toUsage = (usage: Usage | undefined): object | null => {
  const input = inputTokens(usage);
  const output = outputTokens(usage);
  if (input === undefined && output === undefined) return null;
  return {
    input_tokens: input ?? 0,
    input_tokens_details: { cached_tokens: usage?.cacheRead ?? 0 },
    output_tokens: output ?? 0,
    output_tokens_details: { reasoning_tokens: usage?.reasoning ?? 0 },
    total_tokens: (input ?? 0) + (output ?? 0),
  };
};

/** The response object of the body and of several events; it echoes the request, as clients' types demand. */
export const toResponseObject = (
  { wire, tools }: ParsedResponsesRequest,
  { requestId, createdAt }: Pick<AnswerMeta, 'requestId' | 'createdAt'>,
  { status, model, output, usage, reason, error }: ResponseState,
): object => ({
  id: `resp_${requestId}`,
  object: 'response',
  created_at: Math.floor(createdAt / 1000),
  status,
  background: false,
  error: error ?? null,
  incomplete_details: reason === undefined ? null : { reason },
  instructions: wire.instructions ?? null,
  max_output_tokens: wire.max_output_tokens ?? null,
  metadata: wire.metadata ?? {},
  model,
  output,
  parallel_tool_calls: wire.parallel_tool_calls ?? true,
  previous_response_id: null,
  reasoning: { effort: wire.reasoning?.effort ?? null, summary: wire.reasoning?.summary ?? null },
  store: false,
  temperature: wire.temperature ?? null,
  text: { format: wire.text?.format ?? { type: 'text' } },
  tool_choice: wire.tool_choice ?? 'auto',
  tools: tools.echo,
  top_p: wire.top_p ?? null,
  truncation: 'disabled',
  usage: toUsage(usage),
});

/** How an answer ended, in the protocol's words. */
export const toEnding = ({
  finishReason,
}: Pick<ChatResponse, 'finishReason'>): Pick<ResponseState, 'status' | 'reason'> => {
  switch (finishReason) {
    case 'length':
      return { status: 'incomplete', reason: 'max_output_tokens' };
    case 'content_filter':
      return { status: 'incomplete', reason: 'content_filter' };
    default:
      return { status: 'completed' };
  }
};

/** What providers want back with their calls. */
export const toCallMetadata = ({ toolCalls = [] }: ChatResponse): readonly CallMetadata[] =>
  toolCalls.flatMap(({ id, providerMetadata }) =>
    providerMetadata ? [{ id, metadata: providerMetadata }] : [],
  );

/** The items of a whole answer: reasoning, with all that has to come back, then text, then calls. */
const toOutput = (
  response: ChatResponse,
  { tools }: ParsedResponsesRequest,
  answer: string,
): readonly OutputItem[] => {
  const { content, reasoning = '', reasoningSegments, toolCalls = [], providerMetadata } = response;
  const output: OutputItem[] = [];
  const place = () => ({ answer, index: output.length });
  const calls = toCallMetadata(response);
  if (reasoning !== '' || reasoningSegments || providerMetadata || calls.length > 0) {
    const carrier = {
      reasoning: reasoningSegments ?? (reasoning === '' ? [] : [{ text: reasoning }]),
      ...(providerMetadata && { metadata: providerMetadata }),
      ...(calls.length > 0 && { calls }),
    };
    output.push(toReasoningItem(place(), reasoning, carrier));
  }
  const { status } = toEnding(response);
  const last = status === 'incomplete' ? 'incomplete' : 'completed';
  if (content !== '')
    output.push(toMessageItem(place(), content, toolCalls.length === 0 ? last : 'completed'));
  for (const [index, call] of toolCalls.entries()) {
    const identity = tools.identify(call.name);
    const payload = toPayload(call.arguments, identity);
    const ending = index === toolCalls.length - 1 ? last : 'completed';
    output.push(toCallItem(place(), call.id, identity, payload, ending));
  }
  return output;
};

/** Beyond the protocol; of the request's reading first, then of the provider. */
export const toWarnings = (
  { warnings }: ChatResponse,
  meta: AnswerMeta,
): { readonly warnings?: readonly ChatWarning[] } => {
  const all = [...meta.warnings, ...responsesNames.toWarnings(warnings)];
  return all.length === 0 ? {} : { warnings: all };
};

/** The body of a whole answer. */
export const formatResponsesAnswer = (
  response: ChatResponse,
  parsed: ParsedResponsesRequest,
  meta: AnswerMeta,
): object => ({
  ...toResponseObject(parsed, meta, {
    ...toEnding(response),
    model: response.model,
    output: toOutput(response, parsed, meta.requestId),
    usage: response.usage,
  }),
  ...toWarnings(response, meta),
});
