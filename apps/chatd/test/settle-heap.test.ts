import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { settleHeap, whenIdle } from '../src/settle-heap.js';

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

describe('when a service is idle', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const watch = (requests: { inFlight: number; entered: number }) => {
    vi.useFakeTimers();
    const settle = vi.fn();
    whenIdle(requests, settle);
    return settle;
  };
  const minute = 60_000;

  it('is a moment after its start, unless it is asked by then', () => {
    const settle = watch({ inFlight: 0, entered: 0 });
    vi.advanceTimersByTime(1_000);
    expect(settle).toHaveBeenCalledTimes(1);

    const asked = watch({ inFlight: 1, entered: 1 });
    vi.advanceTimersByTime(1_000);
    expect(asked).not.toHaveBeenCalled();
  });

  it('is after a minute with nothing but questions for its health', () => {
    const requests = { inFlight: 1, entered: 0 };
    const settle = watch(requests);
    requests.entered = 5_000;
    vi.advanceTimersByTime(minute);
    requests.inFlight = 0;
    expect(settle).not.toHaveBeenCalled();
    requests.entered += 60;
    vi.advanceTimersByTime(minute);
    expect(settle).toHaveBeenCalledTimes(1);
  });

  it('is not in a minute with more, nor while a request is in flight', () => {
    const requests = { inFlight: 1, entered: 1 };
    const settle = watch(requests);
    vi.advanceTimersByTime(2 * minute);
    requests.inFlight = 0;
    requests.entered += 61;
    vi.advanceTimersByTime(minute);
    expect(settle).not.toHaveBeenCalled();
  });
});
