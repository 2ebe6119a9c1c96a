import { expect, it } from 'vitest';
import { type ChatEvent, collect, type EventIterator, forEachEvent, untilContent } from '../src/index.js';

const start: ChatEvent = { type: 'response-start', model: 'm' };
const end: ChatEvent = { type: 'response-end', finishReason: 'stop' };
const text = (delta: string): ChatEvent => ({ type: 'text-delta', delta });
const all = [start, text('a'), text('b'), text('c'), end];

/** Gives batches: the first event of each with a promise, the others at once, and the end too where it is known by then. */
const batched = (...batches: readonly (readonly ChatEvent[])[]) => batchedWith(false, ...batches);

const batchedWith = (endIsKnown: boolean, ...batches: readonly (readonly ChatEvent[])[]) => {
  const left = batches.map((batch) => [...batch]);
  const seen = { pulls: 0, closed: 0 };
  const events: AsyncIterable<ChatEvent> & EventIterator = {
    [Symbol.asyncIterator]: () => events,
    async next() {
      seen.pulls += 1;
      if (left[0]?.length === 0) left.shift();
      const value = left[0]?.shift();
      return value ? { done: false, value } : { done: true, value: undefined };
    },
    takeReady: () => {
      const value = left[0]?.shift();
      if (value) return { done: false, value };
      return left.length === 1 && endIsKnown ? { done: true, value: undefined } : undefined;
    },
    async return() {
      seen.closed += 1;
      return { done: true, value: undefined };
    },
  };
  return { events, seen };
};

it('events that are there already are taken without a pull for each, in their order', async () => {
  const { events, seen } = batched([start, text('a'), text('b')], [text('c'), end]);
  const found: ChatEvent[] = [];
  await forEachEvent(events, (event) => void found.push(event));
  expect(found).toEqual(all);
  expect(seen).toEqual({ pulls: 3, closed: 0 }); // two batches and the end
});

it('an end that is known with the last events is not pulled for', async () => {
  const { events, seen } = batchedWith(true, [start, text('a')], [text('b'), text('c'), end]);
  const found: ChatEvent[] = [];
  await forEachEvent(events, (event) => void found.push(event));
  expect(found).toEqual(all);
  expect(seen).toEqual({ pulls: 2, closed: 0 });
});

it('a consumer that needs time is waited for before the next event', async () => {
  const { events } = batched(all);
  const log: string[] = [];
  await forEachEvent(events, async ({ type }) => {
    log.push(`${type} begins`);
    await Promise.resolve();
    log.push(`${type} ends`);
  });
  expect(log.map((line) => line.split(' ')[1])).toEqual(all.flatMap(() => ['begins', 'ends']));
});

it('a consumer that fails closes the stream', async () => {
  const { events, seen } = batched(all);
  const failing = forEachEvent(events, ({ type }) => {
    if (type === 'text-delta') throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  expect(seen.closed).toBe(1);
});

it('a stream without anything to take is read as by a loop', async () => {
  const plain = async function* (): AsyncGenerator<ChatEvent> {
    yield* all;
  };
  expect(await collect(plain())).toEqual(await collect(batched(all).events));
});

it('what was held until the first content comes first, taken or pulled', async () => {
  const taken: ChatEvent[] = [];
  await forEachEvent(await untilContent(batched(all).events), (event) => void taken.push(event));
  const pulled: ChatEvent[] = [];
  for await (const event of await untilContent(
    batched([start], [text('a'), text('b')], [text('c'), end]).events,
  ))
    pulled.push(event);
  expect([taken, pulled]).toEqual([all, all]);
});

it('a method `take` of somebody else, such as an iterator helper, is not called', async () => {
  const helped = Object.assign(
    (async function* (): AsyncGenerator<ChatEvent> {
      yield* all;
    })(),
    {
      take(limit: number) {
        throw new RangeError(`take ${limit}`);
      },
    },
  );
  const found: ChatEvent[] = [];
  await forEachEvent(helped, (event) => void found.push(event));
  expect(found).toEqual(all);
});
