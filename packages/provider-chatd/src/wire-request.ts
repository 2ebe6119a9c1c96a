import type {
  CallContext,
  ChatRequest,
  ContentPart,
  JsonObject,
  Message,
  ToolCall,
  ToolChoice,
} from '@lakehouse/chat-core';

// What is undefined here is not in the JSON: a parameter that was left out stays out.

const toWirePart = (part: ContentPart): JsonObject => {
  if (!('mediaType' in part)) return { ...part };
  const { mediaType, ...rest } = part;
  return { ...rest, media_type: mediaType };
};

const toWireContent = (content: string | readonly ContentPart[]): string | readonly JsonObject[] =>
  typeof content === 'string' ? content : content.map(toWirePart);

/** Flat, as chatd's own answers have it: text that is no JSON object stays text. */
const toWireCall = ({ id, name, arguments: given, providerMetadata }: ToolCall): JsonObject => ({
  id,
  name,
  arguments: given,
  provider_metadata: providerMetadata,
});

const toWireMessage = (message: Message): JsonObject => {
  const { role, name } = message;
  const base = { role, name, content: toWireContent(message.content) };
  if (message.role === 'tool') return { ...base, tool_call_id: message.toolCallId };
  if (message.role !== 'assistant') return base;
  return {
    ...base,
    reasoning: message.reasoning,
    reasoning_segments: message.reasoningSegments?.map((segment) => ({ ...segment })),
    tool_calls: message.toolCalls?.map(toWireCall),
    provider_metadata: message.providerMetadata,
  };
};

const toWireChoice = (choice: ToolChoice | undefined): JsonObject | string | undefined =>
  typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice;

/**
 * The body of `POST /v1/chat`, without `providerOptions`. Everything else that a request can say has a place in it, so
 * that nothing is dropped here: what a model cannot do is for the other chatd to say.
 */
export const toChatBody = (request: ChatRequest): JsonObject => ({
  model: request.model,
  messages: request.messages.map(toWireMessage),
  temperature: request.temperature,
  top_p: request.topP,
  top_k: request.topK,
  seed: request.seed,
  stop: request.stop,
  max_tokens: request.maxTokens,
  presence_penalty: request.presencePenalty,
  frequency_penalty: request.frequencyPenalty,
  format: request.format,
  think: request.think,
  tools: request.tools?.map((tool) => ({ type: 'function', function: { ...tool } })),
  tool_choice: toWireChoice(request.toolChoice),
  parallel_tool_calls: request.parallelToolCalls,
  strict: request.strict,
});

/** Puts the caller's own fields for this provider over a body, those under the later name last. */
export const withProviderOptions = (
  body: JsonObject,
  { providerOptions = {} }: Pick<ChatRequest, 'providerOptions'>,
  names: readonly string[],
): JsonObject => Object.assign({}, body, ...names.map((name) => providerOptions[name] ?? {})) as JsonObject;

/** What another chatd takes of an id; any other would be replaced by one of its own. */
const requestId = /^[A-Za-z0-9._:-]{1,128}$/;

/** The headers that let the other chatd log the same request id, and find a loop. */
export const toHeaders = (context: CallContext): Readonly<Record<string, string>> => {
  const { via = [] } = context;
  return {
    ...(requestId.test(context.requestId) && { 'x-request-id': context.requestId }),
    ...(via.length > 0 && { 'x-chatd-via': via.join(',') }),
  };
};
