import type { ChatEvent } from '@lakehouse/chat-core';
import { forEachEvent } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEventStream } from '../src/index.js';

const event = (delta: string): ChatEvent => ({ type: 'text-delta', delta });

const batches = async function* (
  given: readonly (readonly string[])[],
  failure?: Error,
): AsyncGenerator<readonly ChatEvent[], readonly ChatEvent[]> {
  for (const batch of given) yield batch.map(event);
  if (failure) throw failure;
  return [];
};

/** The same, without a last one that is returned. */
const batchesOnly = async function* (
  given: readonly (readonly string[])[],
): AsyncGenerator<readonly ChatEvent[], undefined> {
  for (const batch of given) yield batch.map(event);
};

/** The same, with the last one returned. */
const batchesToLast = async function* (
  given: readonly (readonly string[])[],
): AsyncGenerator<readonly ChatEvent[], readonly ChatEvent[]> {
  for (const batch of given.slice(0, -1)) yield batch.map(event);
  return (given.at(-1) ?? []).map(event);
};

it('however they are cut into batches, and however they are read, the events are the same', async () => {
  const cut = fc.array(fc.array(fc.string(), { maxLength: 5 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(cut, async (given) => {
      const expected = given.flat().map(event);
      const taken: ChatEvent[] = [];
      await forEachEvent(createEventStream(batches(given)), (one) => void taken.push(one));
      const looped: ChatEvent[] = [];
      for await (const one of createEventStream(batches(given))) looped.push(one);
      const toLast: ChatEvent[] = [];
      await forEachEvent(createEventStream(batchesToLast(given)), (one) => void toLast.push(one));
      expect([taken, looped, toLast]).toEqual([expected, expected, expected]);
      for (const source of [batches(given), batchesOnly(given), batchesToLast(given)]) {
        const impatient = createEventStream(source);
        const pulled = await Promise.all([...expected, 'the end'].map(() => impatient.next()));
        expect(pulled.slice(0, -1).map(({ value }) => value as ChatEvent)).toEqual(expected);
        expect(pulled.at(-1)?.done).toBe(true);
      }
    }),
  );
});

it('a failure comes after the events before it', async () => {
  const found: ChatEvent[] = [];
  const reading = forEachEvent(createEventStream(batches([['a', 'b'], ['c']], new Error('cut'))), (one) => {
    found.push(one);
  });
  await expect(reading).rejects.toThrow('cut');
  expect(found).toEqual(['a', 'b', 'c'].map(event));
});

it('who leaves in the middle of a batch closes the source and gets nothing more', async () => {
  let closed = false;
  const source = async function* (): AsyncGenerator<readonly ChatEvent[], readonly ChatEvent[]> {
    try {
      yield ['a', 'b', 'c'].map(event);
      return [];
    } finally {
      closed = true;
    }
  };
  const events = createEventStream(source());
  expect((await events.next()).value).toEqual(event('a'));
  await events.return?.();
  expect([closed, events.takeReady?.(), (await events.next()).done]).toEqual([
    true,
    { done: true, value: undefined },
    true,
  ]);
});
