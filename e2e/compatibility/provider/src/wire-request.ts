import {
  ChatError,
  type ChatRequest,
  type ChatWarning,
  type JsonObject,
  type Message,
} from '@lakehouse/chat-core';
import { formatInstruction } from '@lakehouse/provider-utils';
import { pluginName } from './options.js';

const dropped = ['topP', 'topK', 'presencePenalty', 'frequencyPenalty', 'parallelToolCalls'] as const;

const textOf = ({ content }: Message, place: string, id: string): string =>
  typeof content === 'string'
    ? content
    : content
        .map((part, index) => {
          if (part.type === 'text') return part.text;
          const path = `${place}.content[${index}]`;
          throw new ChatError('unsupported', `${id} takes text only`, { provider: id, path });
        })
        .join('');

const toTurn = (message: Message, index: number, id: string): JsonObject => ({
  who: message.role,
  text: textOf(message, `messages[${index}]`, id),
  ...(message.role === 'tool' && { call: message.toolCallId }),
  ...(message.role === 'assistant' &&
    message.toolCalls && {
      calls: message.toolCalls.map(({ id: call, name, arguments: input }) => ({
        id: call,
        name,
        arguments: input,
      })),
    }),
});

/** The body of `POST /answer`, and what of the request it does not carry. */
export const toBody = (
  request: ChatRequest,
  stream: boolean,
  id: string,
): { readonly body: JsonObject; readonly warnings: readonly ChatWarning[] } => {
  const { model, temperature, seed, stop, maxTokens, think, tools, toolChoice, format } = request;
  const refused = request.strict ? dropped.find((name) => request[name] !== undefined) : undefined;
  if (refused !== undefined) {
    throw new ChatError('unsupported', `${id} has no ${refused}`, { provider: id, model, path: refused });
  }
  const body: JsonObject = {
    model,
    stream,
    turns: request.messages.map((message, index) => toTurn(message, index, id)),
    temperature,
    seed,
    stop,
    limit: maxTokens,
    think,
    tools:
      toolChoice === 'none'
        ? undefined
        : tools?.map(({ name, description, parameters }) => ({ name, description, parameters })),
    must_call: typeof toolChoice === 'object' ? toolChoice.name : toolChoice === 'required' || undefined,
    instruction: format === undefined ? undefined : formatInstruction(format),
    ...request.providerOptions?.[pluginName],
    ...request.providerOptions?.[id],
  };
  const warnings = dropped
    .filter((name) => request[name] !== undefined)
    .map(
      (name): ChatWarning => ({
        code: 'parameter-dropped',
        parameter: name,
        message: `${id} has no ${name}`,
      }),
    );
  return { body, warnings };
};
