import type { CallContext, ChatRequest, JsonObject, ProviderMetadata } from '@lakehouse/chat-core';
import type { WarningList } from '@lakehouse/provider-utils';
import { toWireMessages } from './wire-messages.js';

/** What a request body needs to know beside the request. */
export interface BodyContext {
  /** Instance id. */
  readonly provider: string;
  /** Whether the body asks for a stream. */
  readonly delivery: CallContext['delivery'];
  /** Told of what the body cannot carry. */
  readonly warnings: WarningList;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The sampling parameters under the names that `options` knows; a parameter that was left out stays out. */
export const toSamplingOptions = (request: ChatRequest): JsonObject => ({
  ...(request.maxTokens !== undefined && { num_predict: request.maxTokens }),
  ...(request.temperature !== undefined && { temperature: request.temperature }),
  ...(request.topP !== undefined && { top_p: request.topP }),
  ...(request.topK !== undefined && { top_k: request.topK }),
  ...(request.seed !== undefined && { seed: request.seed }),
  ...(request.stop !== undefined && { stop: request.stop }),
  ...(request.presencePenalty !== undefined && { presence_penalty: request.presencePenalty }),
  ...(request.frequencyPenalty !== undefined && { frequency_penalty: request.frequencyPenalty }),
});

const ignoresBooleans = (model: string): boolean => /(^|\/)gpt-oss\b/i.test(model);

/**
 * `think` is always said: a server that is not told turns the reasoning of a capable model on, and a small
 * `maxTokens` is then used up before the first word of the answer.
 */
export const toThink = ({ model, think }: ChatRequest, warnings: WarningList): boolean | string => {
  if (think === false && ignoresBooleans(model)) {
    warnings.drop('think', `${model} always reasons; "low" is the least it takes`);
  }
  return think ?? false;
};

/** The tools as the API takes them; `none` leaves them out, since the API knows no tool choice. */
export const toTools = (request: ChatRequest, warnings: WarningList): readonly JsonObject[] => {
  const { tools = [], toolChoice = 'auto', parallelToolCalls } = request;
  if (toolChoice === 'required' || typeof toolChoice === 'object') {
    warnings.drop('toolChoice', 'the server cannot be made to call a tool; it was asked with "auto"');
  }
  if (toolChoice === 'none') return [];
  if (parallelToolCalls === false) {
    warnings.drop('parallelToolCalls', 'the server cannot be kept from calling several tools at once');
  }
  if (tools.some(({ strict }) => strict)) {
    warnings.drop('tools', 'the server does not enforce the schema of a tool; "strict" was left out');
  }
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      parameters: parameters ?? { type: 'object', properties: {} },
    },
  }));
};

/**
 * Puts the caller's own fields for this provider over a body, those under the later name last. `options` is merged
 * key by key, everything else replaced.
 */
export const withProviderOptions = (
  body: JsonObject,
  providerOptions: ProviderMetadata | undefined,
  names: readonly string[],
): JsonObject => {
  let merged = body;
  for (const name of new Set(names)) {
    const slice = providerOptions?.[name] ?? {};
    const own = merged.options;
    const theirs = slice.options;
    const options = isObject(own) && isObject(theirs) && { options: { ...own, ...theirs } };
    merged = { ...merged, ...slice, ...options };
  }
  return merged;
};

/** The body of `/api/chat`, without the caller's `providerOptions`. Throws `unsupported` for what it cannot carry. */
export const toChatBody = (request: ChatRequest, context: BodyContext): JsonObject => {
  const { warnings } = context;
  const options = toSamplingOptions(request);
  const tools = toTools(request, warnings);
  return {
    model: request.model,
    messages: toWireMessages(request, context),
    stream: context.delivery === 'stream', // left out it would mean true
    think: toThink(request, warnings),
    ...(request.format !== undefined && { format: request.format }),
    ...(tools.length > 0 && { tools }),
    ...(Object.keys(options).length > 0 && { options }),
  };
};
