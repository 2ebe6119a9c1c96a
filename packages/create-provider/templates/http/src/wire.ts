// The only file that knows the service's field names. Edit all of it: the protocol here is an example.
//
//   POST generate   {"model", "messages": [{"role", "content"}], "temperature", "max_tokens", "stop", "stream"}
//   streamed        {"text": "Hel"}  {"text": "lo"}  {"done": true, "reason": "stop", "usage": {"input": 3, "output": 2}}
//   whole           {"text": "Hello", "done": true, "reason": "stop", "usage": {"input": 3, "output": 2}}
//   failure         {"error": {"message": "…", "code": "…"}}, with a status or as a line of an answer
//   GET models      {"models": [{"name": "small", "context": 8192}]}
import {
  type CallContext,
  ChatError,
  type ChatRequest,
  type ChatWarning,
  type FinishReason,
  type JsonObject,
  type Message,
  type ModelInfo,
  type ResponseEnd,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import { pluginName } from './options.js';

/** Edit: parameters that the service has no field for. Each is named in a warning, or refused when it is strict. */
const ignored = [
  'topP',
  'topK',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'think',
  'toolChoice',
  'parallelToolCalls',
] as const satisfies readonly (keyof ChatRequest)[];

/** The body of one call, and what is lost on the way. */
export interface Outgoing {
  readonly body: JsonObject;
  readonly warnings: readonly ChatWarning[];
}

type Refuse = (path: string, why: string) => ChatError;

const toMessage = (message: Message, index: number, refuse: Refuse): JsonObject => {
  const { role, content } = message;
  const path = `messages.${index}`;
  if (role === 'tool' || (role === 'assistant' && message.toolCalls?.length)) {
    throw refuse(path, 'tool calls are not supported');
  }
  if (typeof content === 'string') return { role, content };
  const texts = content.map((part) => {
    if (part.type === 'text') return part.text;
    throw refuse(`${path}.content`, `a part of type "${part.type}" is not supported`);
  });
  return { role, content: texts.join('') };
};

const warningsOf = (request: ChatRequest, provider: string, refuse: Refuse): readonly ChatWarning[] => {
  const lost = ignored.filter((name) => request[name] !== undefined && request[name] !== false);
  if (request.strict && lost[0]) throw refuse(lost[0], `${lost[0]} has no effect`);
  return lost.map((parameter) => ({
    code: 'parameter-dropped',
    parameter,
    message: `${parameter} has no effect on ${provider}`,
  }));
};

/** Writes a request in the service's words. What was left out is not sent. Throws `unsupported`. */
export const toOutgoing = (
  request: ChatRequest,
  provider: string,
  delivery: CallContext['delivery'],
): Outgoing => {
  const { model, messages, temperature, maxTokens, stop, providerOptions } = request;
  const refuse: Refuse = (path, why) =>
    new ChatError('unsupported', `${provider}: ${why}`, { provider, model, path });
  if (request.tools?.length) throw refuse('tools', 'tools are not supported');
  if (request.format !== undefined) throw refuse('format', 'a format is not supported');
  const body: JsonObject = {
    model,
    messages: messages.map((message, index) => toMessage(message, index, refuse)),
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(stop !== undefined && { stop }),
    stream: delivery === 'stream',
    // The operator's own fields go last, under the plugin's name or the instance's id.
    ...providerOptions?.[pluginName],
    ...providerOptions?.[provider],
  };
  return { body, warnings: warningsOf(request, provider, refuse) };
};

// Loose and minimal: a field that is not used is not looked at, and a new one does no harm.
const count = z.int().min(0).nullish();
const lineSchema = z.looseObject({
  text: z.string().nullish(),
  done: z.boolean().nullish(),
  reason: z.string().nullish(),
  usage: z.looseObject({ input: count, output: count }).nullish(),
});

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  filter: 'content_filter',
};

/** What one line of an answer says. */
export interface AnswerLine {
  readonly text: string;
  /** Only when the service itself says that the answer is complete. */
  readonly end?: ResponseEnd;
}

const toEnd = ({ reason, usage }: z.output<typeof lineSchema>): ResponseEnd => {
  const finishReason = finishReasons[reason ?? 'stop'] ?? 'other';
  const { input, output } = usage ?? {};
  // A count that the service did not give stays away: 0 would be a statement.
  const counted = { ...(input != null && { input }), ...(output != null && { output }) };
  return {
    type: 'response-end',
    finishReason,
    ...(reason != null && reason !== finishReason && { rawFinishReason: reason }),
    ...(Object.keys(counted).length > 0 && { usage: counted }),
  };
};

/** Reads one line; undefined when it is none of this protocol. */
export const readLine = (value: unknown): AnswerLine | undefined => {
  const { success, data } = lineSchema.safeParse(value);
  if (!success) return undefined;
  return { text: data.text ?? '', ...(data.done && { end: toEnd(data) }) };
};

/** Whether a line is the service's own failure. */
export const isFailure = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'error' in value && value.error != null;

const listSchema = z.looseObject({
  models: z.array(z.looseObject({ name: z.string(), context: z.int().nullish() })),
});

/** Reads the list of models; undefined when it is none. */
export const readModels = (value: unknown): readonly ModelInfo[] | undefined =>
  listSchema.safeParse(value).data?.models.map(({ name, context }) => ({
    id: name,
    ...(context != null && { contextWindow: context }),
  }));
