import { ChatError } from './error.js';
import { type ChatEvent, isContentEvent } from './event.js';
import type { ChatRequest } from './message.js';
import type { CallContext } from './provider.js';

/** Answers a request with events: a provider's `stream`, and everything wrapped around it. */
export type ChatHandler = (request: ChatRequest, context: CallContext) => AsyncIterable<ChatEvent>;

/** Wraps a handler into another one. */
export type ChatMiddleware = (next: ChatHandler) => ChatHandler;

/** Wraps several at once; the first listed is the outermost. */
export const compose =
  (middlewares: readonly ChatMiddleware[]): ChatMiddleware =>
  (handler) =>
    middlewares.reduceRight((next, middleware) => middleware(next), handler);

/**
 * The commit point: resolves when the first content event is there, with a stream that still yields everything from
 * the start; rejects with the failure that came before it. The result must be consumed or closed (`return`).
 */
export const untilContent = async (
  stream: AsyncIterable<ChatEvent>,
): Promise<AsyncIterableIterator<ChatEvent>> => {
  const source = stream[Symbol.asyncIterator]();
  const held: ChatEvent[] = [];
  for (;;) {
    const next = await source.next();
    if (next.done) {
      throw new ChatError('bad-response', 'The answer ended before it began');
    }
    held.push(next.value);
    if (isContentEvent(next.value)) break;
  }
  let position = 0;
  const committed: AsyncIterableIterator<ChatEvent> = {
    next: () => {
      const event = held[position];
      if (event === undefined) return source.next();
      position += 1;
      return Promise.resolve({ done: false, value: event });
    },
    return: async () => {
      position = held.length;
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => committed,
  };
  return committed;
};
