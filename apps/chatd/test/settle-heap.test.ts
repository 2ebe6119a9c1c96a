import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { settleHeapSoon } from '../src/settle-heap.js';

const youngBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;

/** Fills the space for young objects with some that live on, as loading does, until V8 has made it larger. */
const growYoungSpace = (): number => {
  const start = youngBytes();
  for (let round = 0; round < 50 && youngBytes() <= start; round += 1)
    Array.from({ length: 100_000 }, (_, index) => ({ index }));
  return youngBytes();
};

it('an idle service gives back the space that loading has left behind', async () => {
  const grown = growYoungSpace();
  settleHeapSoon(() => true);
  await expect.poll(youngBytes, { timeout: 5_000 }).toBeLessThan(grown);
});

it('a service that is asked by then is left alone', async () => {
  let asked = 0;
  settleHeapSoon(() => {
    asked += 1;
    return false;
  });
  await expect.poll(() => asked, { timeout: 5_000 }).toBe(1);
});

it('changes nothing for code that comes later', async () => {
  settleHeapSoon(() => true);
  await sleep(500);
  expect(runInNewContext('typeof gc')).toBe('undefined');
});
