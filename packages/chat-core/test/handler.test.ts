import { describe, expect, it } from 'vitest';
import {
  ChatError,
  type ChatEvent,
  type ChatMiddleware,
  compose,
  createCallContext,
  isContentEvent,
  untilContent,
} from '../src/index.js';
import { answering, end, readAll, start, streamOf, text } from './support/events.js';

const raw: ChatEvent = { type: 'raw-chunk', chunk: {} };

describe('compose', () => {
  it('makes the first listed middleware the outermost', async () => {
    const order: string[] = [];
    const tracing =
      (name: string): ChatMiddleware =>
      (next) =>
        async function* (request, context) {
          order.push(`${name} in`);
          yield* next(request, context);
          order.push(`${name} out`);
        };
    const handler = compose([tracing('a'), tracing('b'), tracing('c')])(answering(start, end));
    await readAll(handler({ model: 'm', messages: [] }, createCallContext()));
    expect(order).toEqual(['a in', 'b in', 'c in', 'c out', 'b out', 'a out']);
  });

  it('is the handler itself when there is nothing to wrap', () => {
    const handler = answering();
    expect(compose([])(handler)).toBe(handler);
  });
});

describe('untilContent', () => {
  it('replays everything, in order and once', async () => {
    const events = [start, raw, text('a'), text('b'), end];
    expect(await readAll(await untilContent(streamOf(...events)))).toEqual(events);
  });

  it('rejects with a failure that comes before content', async () => {
    const failure = new ChatError('overloaded', 'full');
    const failing = async function* (): AsyncGenerator<ChatEvent> {
      yield start;
      yield raw;
      throw failure;
    };
    await expect(untilContent(failing())).rejects.toBe(failure);
  });

  it('resolves at content, and passes a later failure on after it', async () => {
    const failure = new ChatError('bad-response', 'cut');
    const failing = async function* (): AsyncGenerator<ChatEvent> {
      yield start;
      yield text('half');
      throw failure;
    };
    const committed = await untilContent(failing());
    expect(await committed.next()).toEqual({ done: false, value: start });
    expect(await committed.next()).toEqual({ done: false, value: text('half') });
    await expect(committed.next()).rejects.toBe(failure);
  });

  it('rejects a stream that ends without content', async () => {
    await expect(untilContent(streamOf(start, raw))).rejects.toMatchObject({ code: 'bad-response' });
  });

  it.each([
    ['before anything was read', 0],
    ['while it replays', 1],
    ['after the replay', 3],
  ])('closes the source when it is closed %s', async (_, reads) => {
    let closed = 0;
    const source = async function* (): AsyncGenerator<ChatEvent> {
      try {
        yield* [start, text('a'), text('b'), end];
      } finally {
        closed += 1;
      }
    };
    const committed = await untilContent(source());
    for (let read = 0; read < reads; read += 1) await committed.next();
    await committed.return?.();
    expect(closed).toBe(1);
    expect(await committed.next()).toEqual({ done: true, value: undefined });
  });

  it('reads nothing beyond the first content event on its own', async () => {
    let pulled = 0;
    const source = async function* (): AsyncGenerator<ChatEvent> {
      for (const event of [start, text('a'), text('b'), end]) {
        pulled += 1;
        yield event;
      }
    };
    const committed = await untilContent(source());
    expect(pulled).toBe(2);
    await committed.return?.();
  });
});

it('only content commits: starts and raw chunks do not', () => {
  const types = [start, raw, text('a'), end].filter(isContentEvent).map(({ type }) => type);
  expect(types).toEqual(['text-delta', 'response-end']);
});
