import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CircuitChange } from '../src/circuit-breaker.js';
import { answering, breakerOf, call, failing, failTimes, lab } from './support/circuits.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A breaker whose circuit is as one of another process, which has opened. */
const following = () => {
  const changes: CircuitChange[] = [];
  const breaker = breakerOf({ onChange: (change) => changes.push(change) });
  breaker.follow(lab, { state: 'open', failures: 3, calls: 4, lastCode: 'timeout', retryInMs: 5000 });
  return { breaker, changes };
};

describe('a circuit that follows one elsewhere', () => {
  it('refuses as that does, and tells nobody', async () => {
    const { breaker, changes } = following();
    const status = { state: 'open', failures: 3, lastCode: 'timeout', retryInMs: 5000 };
    expect(breaker.circuits()).toEqual([{ ...lab, ...status }]);
    const { error } = await call(breaker, answering);
    expect(error).toMatchObject({
      code: 'overloaded',
      message: 'lab/m is not asked for another 5 s: 3 of its last 4 calls failed (last: timeout)',
    });
    expect(changes).toEqual([]);
  });

  it('becomes half-open by itself when the time of that is over', async () => {
    const { breaker, changes } = following();
    await vi.advanceTimersByTimeAsync(5000);
    expect((await call(breaker, answering)).error).toBeUndefined();
    expect(changes.map(({ to }) => to)).toEqual(['half-open', 'closed']);
  });

  it('lets no probe through while one is under way there', async () => {
    const { breaker } = following();
    const halfOpen = { state: 'half-open', failures: 3, calls: 4 } as const;
    breaker.follow(lab, { ...halfOpen, probing: true });
    expect((await call(breaker, answering)).error).toMatchObject({ code: 'overloaded' });
    breaker.follow(lab, halfOpen);
    expect((await call(breaker, answering)).error).toBeUndefined();
  });

  it('closes as that does, with nothing in its window', async () => {
    const { breaker } = following();
    breaker.follow(lab, { state: 'closed', failures: 0, calls: 0 });
    expect(breaker.statusOf(lab)).toEqual({ state: 'closed', failures: 0 });
    expect((await call(breaker, answering)).error).toBeUndefined();
  });

  it('keeps what it has counted itself when it is closed already', async () => {
    const breaker = breakerOf();
    await failTimes(breaker, 2);
    breaker.follow(lab, { state: 'closed', failures: 0, calls: 0 });
    expect(breaker.statusOf(lab)).toMatchObject({ state: 'closed', failures: 2 });
    await call(breaker, failing());
    expect(breaker.statusOf(lab)).toMatchObject({ state: 'open' });
  });
});
