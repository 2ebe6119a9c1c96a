import {
  ChatError,
  type ChatRequest,
  type ChatWarning,
  type JsonObject,
  type ProviderMetadata,
} from '@lakehouse/chat-core';
import { formatInstruction } from '@lakehouse/provider-utils';
import { pluginName } from './options.js';
import { toTurn } from './wire-turn.js';

const dropped = ['topP', 'topK', 'presencePenalty', 'frequencyPenalty', 'parallelToolCalls'] as const;

/** What the body does not carry as it was asked for. Throws `unsupported` for the first of it when that is strict. */
const warningsOf = (request: ChatRequest, provider: string): readonly ChatWarning[] => {
  const { model, strict, think } = request;
  const warnings = dropped
    .filter((name) => request[name] !== undefined)
    .map(
      (name): ChatWarning => ({
        code: 'parameter-dropped',
        parameter: name,
        message: `${provider} has no ${name}`,
      }),
    );
  if (typeof think === 'string') {
    const message = `${provider} thinks or does not: "${think}" is sent as true`;
    warnings.push({ code: 'parameter-changed', parameter: 'think', message });
  }
  const [first] = warnings;
  if (!strict || !first) return warnings;
  throw new ChatError('unsupported', first.message, { provider, model, path: first.parameter });
};

/** Puts the caller's own fields for this provider over a body. */
export const withOwnFields = (
  body: JsonObject,
  providerOptions: ProviderMetadata | undefined,
  id: string,
): JsonObject => ({ ...body, ...providerOptions?.[pluginName], ...providerOptions?.[id] });

const toolsOf = ({ tools, toolChoice }: ChatRequest): JsonObject => ({
  tools:
    toolChoice === 'none'
      ? undefined
      : tools?.map(({ name, description, parameters, strict }) => ({
          name,
          description,
          parameters,
          exact: strict,
        })),
  must_call: typeof toolChoice === 'object' ? toolChoice.name : toolChoice === 'required' || undefined,
});

/** The body of `POST /answer`, the model that it names, and what of the request it does not carry. */
export const toBody = (
  request: ChatRequest,
  stream: boolean,
  id: string,
): { readonly body: JsonObject; readonly model: string; readonly warnings: readonly ChatWarning[] } => {
  const { temperature, seed, stop, maxTokens, think, format } = request;
  const warnings = warningsOf(request, id);
  const own: JsonObject = {
    model: request.model,
    stream,
    turns: request.messages.map((message, index) => toTurn(message, index, id)),
    temperature,
    seed,
    stop,
    limit: maxTokens,
    think: think === undefined ? undefined : think !== false,
    ...toolsOf(request),
    instruction: format === undefined ? undefined : formatInstruction(format),
  };
  const body = withOwnFields(own, request.providerOptions, id);
  return { body, model: typeof body.model === 'string' ? body.model : request.model, warnings };
};
