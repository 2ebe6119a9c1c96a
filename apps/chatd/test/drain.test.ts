import { expect, it } from 'vitest';
import { createDrain, type InFlight } from '../src/drain.js';

/** Requests that note what they are told. */
const createRequests = (count: number) => {
  const told: string[] = [];
  const requests = Array.from({ length: count }, (_, index): InFlight => {
    const name = `request ${index}`;
    return {
      abort: ({ code }) => void told.push(`${name}: ${code}`),
      destroy: () => void told.push(`${name}: closed`),
    };
  });
  return { requests, told };
};

it('in whatever order requests leave, those that remain are counted, and ended at the deadline', async () => {
  const { requests, told } = createRequests(5);
  const drain = createDrain();
  const entries = requests.map((request) => drain.enter(request));
  for (const index of [1, 4, 0]) drain.leave(entries[index] as (typeof entries)[number]);
  expect([drain.inFlight, drain.entered]).toEqual([2, 5]);

  const cut = drain.begin(10);
  await expect
    .poll(() => told)
    .toEqual(expect.arrayContaining(['request 2: overloaded', 'request 3: overloaded']));
  expect(told).toHaveLength(2);
  for (const index of [2, 3]) drain.leave(entries[index] as (typeof entries)[number]);
  expect(await cut).toBe(2);
  expect([drain.inFlight, told.length]).toEqual([0, 2]);
});

it('a request that does not end after its error loses its connection', async () => {
  const { requests, told } = createRequests(1);
  const drain = createDrain();
  const entry = drain.enter(requests[0] as InFlight);
  const cut = drain.begin(1);
  await expect.poll(() => told, { timeout: 5_000 }).toEqual(['request 0: overloaded', 'request 0: closed']);
  drain.leave(entry);
  expect(await cut).toBe(1);
});

it('with nothing in flight it is over at once', async () => {
  const drain = createDrain();
  drain.leave(drain.enter(createRequests(1).requests[0] as InFlight));
  expect(await drain.begin(60_000)).toBe(0);
  expect(drain.draining).toBe(true);
});
