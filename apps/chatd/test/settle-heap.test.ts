import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { getHeapSpaceStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { settleHeap, whenQuiet } from '../src/settle-heap.js';

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

it.each([
  ['by itself', '', true],
  ['in a service', 'settleHeap({ inFlight: 1, entered: 1 });', false],
])('V8 waits for a pause, to collect everything in it: %s', async (_, settle, waits) => {
  const script = `
    import { settleHeap } from '${new URL('../src/settle-heap.ts', import.meta.url).href}';
    ${settle}
    const kept = Array.from({ length: 200_000 }, (_, index) => ({ index }));
    setTimeout(() => kept, 500);
  `;
  const options = ['--gc-memory-reducer-start-delay-ms=100', '--trace-memory-reducer'];
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [...options, '--input-type=module', '--eval', script]);
  expect(stdout.includes('waiting')).toBe(waits);
});

describe('when a service is quiet', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const watch = (requests: { inFlight: number; entered: number }) => {
    vi.useFakeTimers();
    const settle = vi.fn();
    whenQuiet(requests, settle);
    return settle;
  };
  const minute = 60_000;
  const idle = 32 * 2 ** 20;
  const large = 256 * 2 ** 20;

  it('is a moment after its start, unless it is asked by then', () => {
    const settle = watch({ inFlight: 0, entered: 0 });
    vi.advanceTimersByTime(1_000);
    expect(settle.mock.calls).toEqual([[idle]]);

    const asked = watch({ inFlight: 1, entered: 1 });
    vi.advanceTimersByTime(1_000);
    expect(asked).not.toHaveBeenCalled();
  });

  it('is after a minute with nothing but questions for its health', () => {
    const requests = { inFlight: 1, entered: 0 };
    const settle = watch(requests);
    requests.entered = 50_000;
    vi.advanceTimersByTime(minute);
    requests.inFlight = 0;
    expect(settle).not.toHaveBeenCalled();
    requests.entered += 60;
    vi.advanceTimersByTime(minute);
    expect(settle.mock.calls).toEqual([[idle]]);
  });

  it.each([
    ['with more', 0, 61],
    ['with a request in flight', 1, 0],
    ['with a hundred a second', 1, 6_000],
  ])('is only for what is large after a minute %s', (_, inFlight, came) => {
    const requests = { inFlight: 1, entered: 0 };
    const settle = watch(requests);
    vi.advanceTimersByTime(minute - 1);
    Object.assign(requests, { inFlight, entered: came });
    vi.advanceTimersByTime(1);
    expect(settle.mock.calls).toEqual([[large]]);
  });

  it('is not after a minute of load', () => {
    const requests = { inFlight: 1, entered: 0 };
    const settle = watch(requests);
    requests.entered = 6_001;
    vi.advanceTimersByTime(minute);
    expect(settle).not.toHaveBeenCalled();
  });
});
