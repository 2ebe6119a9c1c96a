import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turn } from '../src/index.js';

it('lets all go on together, in the order in which they came, and none before', async () => {
  const turn = new Turn();
  const told: string[] = [];
  const add = (name: string): void =>
    turn.add({
      proceed: () => {
        told.push(name);
        queueMicrotask(() => told.push(`after ${name}`));
      },
    });
  add('a');
  queueMicrotask(() => add('b'));
  process.nextTick(() => add('c'));
  await Promise.resolve();
  expect(told).toEqual([]);
  await nextTurn();
  expect(told).toEqual(['a', 'b', 'c', 'after a', 'after b', 'after c']);
});

it('keeps who comes while others go on for the next turn', async () => {
  const turn = new Turn();
  const told: string[] = [];
  turn.add({
    proceed: () => {
      told.push('first');
      turn.add({ proceed: () => told.push('second') });
    },
  });
  await nextTurn();
  expect(told).toEqual(['first']);
  await nextTurn();
  expect(told).toEqual(['first', 'second']);
});
