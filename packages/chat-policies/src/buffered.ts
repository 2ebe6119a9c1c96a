import {
  ChatError,
  type ChatEvent,
  type ChatMiddleware,
  type EventIterator,
  eventsOf,
  toChatError,
} from '@lakehouse/chat-core';
import { charactersOf } from './characters.js';
import { refuseStream } from './observed-stream.js';
import { type Opened, opening } from './opening.js';

/** How much of an answer `buffered` holds; both have defaults. */
export interface BufferedOptions {
  /** The most characters of text, reasoning and tool arguments that one answer may hold; default 64 Mi. */
  readonly maxCharacters?: number;
  /** The most events that one answer may consist of, however little each of them says; default a million. */
  readonly maxEvents?: number;
}

/**
 * Holds the answer back until it is complete, and only then yields its events, for as long as the caller is there. For callers
 * for whom a cut in the middle shall still count as a failure before the first content, so that retry and fallback around
 * this may rescue it. A stream that ends without `response-end`, or that holds more than it may, is `bad-response`.
 */
export const buffered = (options: BufferedOptions = {}): ChatMiddleware =>
  opening((next) => (request, context) => {
    const { signal } = context;
    const opened = next(request, context);
    return opened instanceof Promise
      ? opened.then((answer) => holdAll(answer, options, signal))
      : holdAll(opened, options, signal);
  });

const holdAll = async (
  { events, over }: Opened,
  { maxCharacters = 64 * 1024 * 1024, maxEvents = 1_000_000 }: BufferedOptions,
  signal: AbortSignal,
): Promise<Opened> => {
  const held: ChatEvent[] = [];
  let characters = 0;
  let complete = false;
  try {
    const source = eventsOf(events);
    for (let next = await source.next(); !next.done; next = source.takeReady?.() ?? (await source.next())) {
      characters += charactersOf(next.value);
      if (characters > maxCharacters || held.length >= maxEvents) {
        const most = characters > maxCharacters ? `${maxCharacters} characters` : `${maxEvents} events`;
        const message = `The answer is longer than ${most}`;
        throw await refuseStream(source, new ChatError('bad-response', message, { retryable: false }));
      }
      complete ||= next.value.type === 'response-end';
      held.push(next.value);
    }
    if (!complete) throw new ChatError('bad-response', 'The answer was cut before its end');
    return { events: new HeldEvents(held, signal), begun: true };
  } finally {
    over?.();
  }
};

/** Lets go of each event as it is handed out. */
class HeldEvents implements AsyncIterableIterator<ChatEvent>, EventIterator {
  readonly #events: (ChatEvent | undefined)[];
  readonly #signal: AbortSignal;
  #position = 0;

  constructor(events: (ChatEvent | undefined)[], signal: AbortSignal) {
    this.#events = events;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ChatEvent>> {
    try {
      return Promise.resolve(this.takeReady());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** There is nothing to wait for. */
  takeReady(): IteratorResult<ChatEvent> {
    const value = this.#events[this.#position];
    if (value === undefined) return { done: true, value: undefined };
    if (this.#signal.aborted) {
      this.#position = this.#events.length;
      throw toChatError(this.#signal.reason, { signal: this.#signal });
    }
    this.#events[this.#position] = undefined;
    this.#position += 1;
    return { done: false, value };
  }

  return(): Promise<IteratorResult<ChatEvent>> {
    this.#position = this.#events.length;
    return Promise.resolve({ done: true, value: undefined });
  }
}
