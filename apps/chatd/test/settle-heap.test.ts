import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSettler, settleHeap, watchRequests } from '../src/settle-heap.js';

const nobody = { inFlight: 0, entered: 0 };

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
  settleHeap(nobody);
  await expect.poll(youngBytes, { timeout: 5_000 }).toBeLessThan(grown);
});

it('changes nothing for code that comes later', async () => {
  settleHeap(nobody);
  await sleep(500);
  expect(runInNewContext('typeof gc')).toBe('undefined');
});

it('collects where what is held has grown by enough since it was least', () => {
  const held = vi.fn<() => number>();
  const collect = vi.fn(() => held.mockReturnValue(100));
  const settle = createSettler(held, collect);
  const after = (bytes: number, atLeast: number) => {
    held.mockReturnValue(bytes);
    settle(atLeast);
    return collect.mock.calls.length;
  };
  expect(after(30, 32)).toBe(0);
  expect(after(150, 32)).toBe(1); // 100 are left
  expect(after(131, 32)).toBe(1);
  expect(after(900, Number.POSITIVE_INFINITY)).toBe(1);
  expect(after(132, 32)).toBe(2);
  expect(after(60, 32)).toBe(2); // what was alive at the collection has gone since
  expect(after(92, 32)).toBe(3);
});

describe('what a collection must bring', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const watch = (requests: { inFlight: number; entered: number }) => {
    vi.useFakeTimers();
    const settle = vi.fn();
    watchRequests(requests, settle);
    return settle;
  };
  const minute = 60_000;
  const idle = 32 * 2 ** 20;
  const large = 384 * 2 ** 20;

  it('is nothing a moment after the start, unless the service is asked by then', () => {
    const settle = watch({ inFlight: 0, entered: 0 });
    vi.advanceTimersByTime(1_000);
    expect(settle.mock.calls).toEqual([[0]]);

    const asked = watch({ inFlight: 1, entered: 1 });
    vi.advanceTimersByTime(1_000);
    expect(asked).not.toHaveBeenCalled();
  });

  it('is little after a minute with nothing but questions for its health', () => {
    const requests = { inFlight: 1, entered: 0 };
    const settle = watch(requests);
    requests.entered = 50_000;
    vi.advanceTimersByTime(minute);
    requests.inFlight = 0;
    requests.entered += 60;
    vi.advanceTimersByTime(minute);
    expect(settle.mock.calls).toEqual([[Number.POSITIVE_INFINITY], [idle]]);
  });

  it.each([
    ['with more', 0, 61],
    ['with a request in flight', 1, 0],
    ['with a hundred a second', 1, 6_000],
  ])('is much after a minute %s', (_, inFlight, came) => {
    const requests = { inFlight: 1, entered: 0 };
    const settle = watch(requests);
    vi.advanceTimersByTime(minute - 1);
    Object.assign(requests, { inFlight, entered: came });
    vi.advanceTimersByTime(1);
    expect(settle.mock.calls).toEqual([[large]]);
  });

  it('is never enough after a minute of load', () => {
    const requests = { inFlight: 1, entered: 0 };
    const settle = watch(requests);
    requests.entered = 6_001;
    vi.advanceTimersByTime(minute);
    expect(settle.mock.calls).toEqual([[Number.POSITIVE_INFINITY]]);
  });
});
