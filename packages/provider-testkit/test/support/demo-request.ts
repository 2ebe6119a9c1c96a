import { ChatError, type ChatRequest, type ChatWarning } from '@lakehouse/chat-core';
import type { Flaw } from './flaws.js';

const dropped = [
  'topP',
  'topK',
  'seed',
  'stop',
  'presencePenalty',
  'frequencyPenalty',
  'toolChoice',
  'parallelToolCalls',
] as const;

const refuse = (path: string): ChatError =>
  new ChatError('unsupported', `demo cannot do ${path}`, { provider: 'demo', path });

const isMedia = (request: ChatRequest): boolean =>
  request.messages.some(
    ({ content }) => typeof content !== 'string' && content.some(({ type }) => type !== 'text'),
  );

/** The body for the made-up wire, and what it could not hold. */
export const toDemoBody = (
  request: ChatRequest,
  flaw: Flaw | undefined,
): { readonly body: object; readonly warnings: readonly ChatWarning[] } => {
  if (request.format !== undefined) throw refuse('format');
  if (isMedia(request) && flaw !== 'claims images') throw refuse('messages');
  const lost = dropped.filter((parameter) => request[parameter] !== undefined);
  if (request.strict && lost[0] && flaw !== 'ignores strict') throw refuse(lost[0]);
  const options = request.providerOptions ?? {};
  const own = flaw === 'reads any slice' ? Object.assign({}, ...Object.values(options)) : options.demo;
  return {
    body: {
      model: request.model,
      ...(flaw === 'sends a default' && { heat: 1 }),
      ...(request.temperature !== undefined && { heat: request.temperature }),
      ...(request.maxTokens !== undefined && { most: request.maxTokens }),
      ...(request.think !== undefined && { think: request.think }),
      ...(request.tools && {
        tools: flaw === 'forgets the schema' ? request.tools.map(({ name }) => name) : request.tools,
      }),
      ...own,
    },
    warnings:
      flaw === 'drops in silence'
        ? []
        : lost.map((parameter) => ({
            code: 'parameter-dropped',
            parameter,
            message: `demo has no ${parameter}`,
          })),
  };
};
