import { ChatError } from './error.js';
import { type ChatEvent, isContentEvent } from './event.js';
import { type EventIterator, eventsOf } from './event-iterator.js';
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
  const source = eventsOf(stream);
  const held: ChatEvent[] = [];
  for (let next = await source.next(); !next.done; next = source.takeReady?.() ?? (await source.next())) {
    held.push(next.value);
    if (isContentEvent(next.value)) return new CommittedStream(held, source);
  }
  throw new ChatError('bad-response', 'The answer ended before it began');
};

/** What was held, and then the rest. */
class CommittedStream implements AsyncIterableIterator<ChatEvent>, EventIterator {
  readonly #held: readonly ChatEvent[];
  readonly #source: EventIterator;
  #position = 0;

  constructor(held: readonly ChatEvent[], source: EventIterator) {
    this.#held = held;
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ChatEvent>> {
    const held = this.#replay();
    return held ? Promise.resolve(held) : this.#source.next();
  }

  takeReady(): IteratorResult<ChatEvent> | undefined {
    return this.#replay() ?? this.#source.takeReady?.();
  }

  async return(): Promise<IteratorResult<ChatEvent>> {
    this.#position = this.#held.length;
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  #replay(): IteratorResult<ChatEvent> | undefined {
    const value = this.#held[this.#position];
    if (value === undefined) return undefined;
    this.#position += 1;
    return { done: false, value };
  }
}
