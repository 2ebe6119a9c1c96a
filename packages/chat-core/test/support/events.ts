import type { ChatEvent, ChatHandler } from '../../src/index.js';

/** A stream of exactly these events. */
export async function* streamOf(...events: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* events;
}

export const start: ChatEvent = { type: 'response-start', model: 'm' };
export const end: ChatEvent = { type: 'response-end', finishReason: 'stop' };
export const text = (delta: string): ChatEvent => ({ type: 'text-delta', delta });

export const readAll = async (stream: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> => {
  const events: ChatEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
};

/** A handler that ignores its request. */
export const answering =
  (...events: readonly ChatEvent[]): ChatHandler =>
  () =>
    streamOf(...events);
