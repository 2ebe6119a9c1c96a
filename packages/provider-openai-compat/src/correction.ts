import type { ChatRequest, ChatWarning } from '@lakehouse/chat-core';
import { parseJsonLoosely } from '@lakehouse/provider-utils';
import { asName, asObject } from './loose.js';
import type { OmittableParameter, Quirks } from './quirks.js';
import { readOwnOptions } from './wire-request.js';

/** How to ask again after a server refused one parameter. */
export interface Correction {
  readonly quirks: Quirks;
  /** Beyond what the new mapping itself reports. */
  readonly warnings: readonly ChatWarning[];
}

const parameters: Readonly<Record<string, OmittableParameter>> = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  seed: 'seed',
  random_seed: 'seed',
  stop: 'stop',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
  parallel_tool_calls: 'parallelToolCalls',
  reasoning_effort: 'think',
  reasoning: 'think',
  thinking: 'think',
};

const refusedField = (text: string): string | undefined => {
  const error = asObject(asObject(parseJsonLoosely(text))?.error);
  const code = asName(error?.code);
  const refused = code === 'unsupported_parameter' || code === 'unsupported_value';
  return refused ? asName(error?.param)?.split('.')[0] : undefined;
};

/**
 * What to change when a 400 names a parameter that the server or this model does not take (OpenAI's reasoning models
 * refuse `max_tokens`, `temperature` and more). Undefined when the fault is another one, when the caller put the field
 * into `providerOptions`, or when the request is strict: it wants the refusal.
 */
export const correct = (
  faultText: string,
  request: ChatRequest,
  quirks: Quirks,
  provider: string,
): Correction | undefined => {
  const field = refusedField(faultText);
  if (field === undefined || request.strict) return undefined;
  if (field in readOwnOptions(request.providerOptions, provider)) return undefined;
  if (field === quirks.maxTokensField && request.maxTokens !== undefined) {
    const other = field === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    const message = `maxTokens was sent as ${other}: the server refused ${field}`;
    return {
      quirks: { ...quirks, maxTokensField: other },
      warnings: [{ code: 'parameter-changed', parameter: 'maxTokens', message }],
    };
  }
  if (field === 'stream_options' && quirks.includeUsage) {
    const message = 'stream_options was left out: the server refused it, so that usage may be missing';
    return { quirks: { ...quirks, includeUsage: false }, warnings: [{ code: 'other', message }] };
  }
  const parameter = parameters[field];
  if (parameter === undefined || request[parameter] === undefined) return undefined;
  return {
    quirks: { ...quirks, omitParameters: [...quirks.omitParameters, parameter] },
    warnings: [],
  };
};
