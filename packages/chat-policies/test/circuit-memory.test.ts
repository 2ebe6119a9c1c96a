import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CircuitChange } from '../src/circuit-breaker.js';
import { answering, around, breakerOf, call, failing, failTimes, lab, opened } from './support/circuits.js';
import { contextOf, read, request, script, start } from './support/handlers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('memory', () => {
  const model = (name: string): typeof lab => ({ provider: 'lab', model: name });

  it('holds so many circuits at most; the one unused the longest is forgotten, and that is told', async () => {
    const changes: CircuitChange[] = [];
    const breaker = breakerOf({ mostCircuits: 3, onChange: (change) => changes.push(change) });
    await failTimes(breaker, 3, model('old'));
    await failTimes(breaker, 3, model('busy'));
    await failTimes(breaker, 1, model('a'));
    await call(breaker, answering, { target: model('busy') }); // refused, and thereby used
    await failTimes(breaker, 1, model('b'));
    await failTimes(breaker, 1, model('c'));
    expect(breaker.circuits().map((circuit) => circuit.model)).toEqual(['busy', 'b', 'c']);
    expect(changes.at(-1)).toEqual({ ...model('old'), from: 'open', to: 'closed', failures: 0 });
    expect(breaker.statusOf(model('old'))).toEqual({ state: 'closed', failures: 0 });
  });

  it('is not taken from others by targets without a call in the window', async () => {
    const breaker = breakerOf({ mostCircuits: 2, cooldownMs: 600_000 });
    await failTimes(breaker, 3, model('open'));
    await call(breaker, answering, { target: model('a') });
    await vi.advanceTimersByTimeAsync(30_000);
    await failTimes(breaker, 1, model('b'));
    expect(breaker.statusOf(model('open')).state).toBe('open');
  });

  it('is not taken from others by names that no target knows', async () => {
    const breaker = breakerOf({ mostCircuits: 2 });
    await failTimes(breaker, 3);
    for (let count = 0; count < 100; count += 1) {
      await call(breaker, failing('model-not-found'), { target: model(`guess-${count}`) });
    }
    expect(breaker.statusOf(lab).state).toBe('open');
  });

  it('keeps names apart, whatever they hold', async () => {
    const breaker = breakerOf();
    await failTimes(breaker, 3, { provider: 'a', model: 'b","c' });
    expect(breaker.statusOf({ provider: 'a","b', model: 'c' }).state).toBe('closed');
  });

  it('takes no timers', async () => {
    const breaker = await opened();
    await call(breaker, answering);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a call under way when its circuit is forgotten changes nothing any more', async () => {
    const changes: CircuitChange[] = [];
    const breaker = breakerOf({ failures: 1, mostCircuits: 1, onChange: (change) => changes.push(change) });
    const early = read(around(breaker, script(start, 100, ...failing()))(request, contextOf()));
    await call(breaker, answering, { target: model('other') });
    await vi.advanceTimersByTimeAsync(100);
    await early;
    expect([changes, breaker.circuits()]).toEqual([[], []]);
  });
});
