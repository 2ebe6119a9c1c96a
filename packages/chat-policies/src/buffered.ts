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
  opening((next) => async (request, context): Promise<Opened> => {
    const { events, over } = await next(request, context);
    try {
      const held = await holdAll(events, options);
      return { events: new HeldEvents(held, context.signal), begun: true };
    } finally {
      over?.();
    }
  });

const holdAll = async (
  events: AsyncIterable<ChatEvent>,
  { maxCharacters = 64 * 1024 * 1024, maxEvents = 1_000_000 }: BufferedOptions,
): Promise<ChatEvent[]> => {
  const source = eventsOf(events);
  const held: ChatEvent[] = [];
  let characters = 0;
  let complete = false;
  for (let next = await source.next(); !next.done; next = await source.next()) {
    let event: ChatEvent | undefined = next.value;
    do {
      characters += charactersOf(event);
      if (characters > maxCharacters || held.length >= maxEvents) {
        const most = characters > maxCharacters ? `${maxCharacters} characters` : `${maxEvents} events`;
        const message = `The answer is longer than ${most}`;
        throw await refuseStream(source, new ChatError('bad-response', message, { retryable: false }));
      }
      complete ||= event.type === 'response-end';
      held.push(event);
      event = source.takeReady?.();
    } while (event !== undefined);
  }
  if (!complete) throw new ChatError('bad-response', 'The answer was cut before its end');
  return held;
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
    const event = this.takeReady();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    const isCutOff = this.#position < this.#events.length;
    this.#position = this.#events.length;
    return isCutOff
      ? Promise.reject(toChatError(this.#signal.reason, { signal: this.#signal }))
      : Promise.resolve({ done: true, value: undefined });
  }

  takeReady(): ChatEvent | undefined {
    const event = this.#signal.aborted ? undefined : this.#events[this.#position];
    if (event === undefined) return undefined;
    this.#events[this.#position] = undefined;
    this.#position += 1;
    return event;
  }

  return(): Promise<IteratorResult<ChatEvent>> {
    this.#position = this.#events.length;
    return Promise.resolve({ done: true, value: undefined });
  }
}
