import type { ChatEvent } from './event.js';

/**
 * An iterator of a stream that may give what is there already without a promise for each event: what came in one read of a
 * socket is often many of them. For a consumer that knows only `next` nothing is different.
 */
export interface EventIterator extends AsyncIterator<ChatEvent> {
  /**
   * What `next` would resolve with, the end included, if that is known already; undefined where only `next` can tell. It is
   * called while no pull is on its way, and throws what `next` would reject with.
   */
  // Not `take`: iterators of other libraries, and the helpers proposed for all async iterators, have one that is another.
  takeReady?(): IteratorResult<ChatEvent> | undefined;
}

/** The iterator of a stream, whether or not it can give events at once. */
export const eventsOf = (stream: AsyncIterable<ChatEvent>): EventIterator => stream[Symbol.asyncIterator]();

/**
 * Hands each event to `onEvent`, and waits where that gives a promise. Like a loop it closes the stream when `onEvent` fails.
 */
export const forEachEvent = async (
  stream: AsyncIterable<ChatEvent>,
  onEvent: (event: ChatEvent) => Promise<void> | undefined | void,
): Promise<void> => {
  const events = eventsOf(stream);
  for (let next = await events.next(); !next.done; next = events.takeReady?.() ?? (await events.next())) {
    try {
      const busy = onEvent(next.value);
      if (busy) await busy;
    } catch (error) {
      await events.return?.();
      throw error;
    }
  }
};
