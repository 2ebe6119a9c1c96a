import { ChatError, type ChatRequest, type ChatWarning, type Message } from '@lakehouse/chat-core';

const isText = ({ content }: Message): boolean =>
  typeof content === 'string' || content.every((part) => part.type === 'text');

/** What a search cannot answer at all, by the field that asks for it. */
const findUnsupported = (request: ChatRequest): string | undefined => {
  if (request.tools?.length) return 'tools';
  if (typeof request.toolChoice === 'object' || request.toolChoice === 'required') return 'toolChoice';
  if (request.format !== undefined) return 'format';
  const turn = request.messages.findIndex((message) => message.role === 'tool' || !isText(message));
  return turn === -1 ? undefined : `messages[${turn}]`;
};

const withoutEffect = [
  'temperature',
  'topP',
  'topK',
  'seed',
  'stop',
  'maxTokens',
  'presencePenalty',
  'frequencyPenalty',
  'parallelToolCalls',
] as const satisfies readonly (keyof ChatRequest)[];

const findDropped = (request: ChatRequest, keys: readonly string[]): readonly string[] => [
  ...withoutEffect.filter((parameter) => request[parameter] !== undefined),
  ...(request.think ? ['think'] : []),
  ...(keys.some((key) => request.providerOptions?.[key] !== undefined) ? ['providerOptions'] : []),
  ...(request.messages.some(({ role }) => role === 'system') ? ['messages'] : []),
];

/**
 * Refuses what a guide cannot do and warns of what has no effect on it; throws `unsupported`. `keys` are the names of
 * its own slice of `providerOptions`.
 */
export const checkRequest = (
  request: ChatRequest,
  provider: string,
  keys: readonly string[],
): readonly ChatWarning[] => {
  const refuse = (path: string, message: string): ChatError =>
    new ChatError('unsupported', `${provider}: ${message}`, { provider, model: request.model, path });
  const unsupported = findUnsupported(request);
  if (unsupported !== undefined) {
    throw refuse(unsupported, `the guide answers text with text; it cannot serve ${unsupported}`);
  }
  const warnings = findDropped(request, keys).map((parameter): ChatWarning => {
    const what = parameter === 'messages' ? 'a system message' : parameter;
    return { code: 'parameter-dropped', parameter, message: `${what} has no effect on the guide` };
  });
  if (request.strict && warnings[0]) throw refuse(warnings[0].parameter ?? '', warnings[0].message);
  return warnings;
};
