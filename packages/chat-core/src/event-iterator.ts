import type { ChatEvent } from './event.js';

/**
 * An iterator of a stream that may give what is there already without a promise for each event: what came in one read of a
 * socket is often many of them. For a consumer that knows only `next` nothing is different.
 */
export interface EventIterator extends AsyncIterator<ChatEvent> {
  /**
   * The next event if it is there already; undefined where only `next` can tell. It is called while no pull is on its way,
   * and throws what `next` would reject with.
   */
  // Not `take`: iterators of other libraries, and the helpers proposed for all async iterators, have one that is another.
  takeReady?(): ChatEvent | undefined;
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
  for (let next = await events.next(); !next.done; next = await events.next()) {
    let event: ChatEvent | undefined = next.value;
    do {
      try {
        const busy = onEvent(event);
        if (busy) await busy;
      } catch (error) {
        await events.return?.();
        throw error;
      }
      event = events.takeReady?.();
    } while (event !== undefined);
  }
};
