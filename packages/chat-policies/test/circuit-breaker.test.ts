import { compose } from '@lakehouse/chat-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordAttempt } from '../src/attempt.js';
import type { CircuitBreakerOptions, CircuitChange } from '../src/circuit-breaker.js';
import {
  answering,
  around,
  breakerOf,
  call,
  failing,
  failTimes,
  halfOpen,
  lab,
  opened,
} from './support/circuits.js';
import { contextOf, end, read, request, script, start, type TestContext, text } from './support/handlers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a circuit opens', () => {
  it('after so many failures in the window, and says so', async () => {
    const breaker = breakerOf();
    await failTimes(breaker, 2);
    expect(breaker.statusOf(lab)).toEqual({ state: 'closed', failures: 2, lastCode: 'unreachable' });
    await failTimes(breaker, 1);
    const open = { state: 'open', failures: 3, retryInMs: 10_000, lastCode: 'unreachable' };
    expect(breaker.statusOf(lab)).toEqual(open);
    expect(breaker.circuits()).toEqual([{ ...lab, ...open }]);
  });

  it('for its target only', async () => {
    const breaker = await opened();
    for (const target of [
      { provider: 'lab', model: 'n' },
      { provider: 'other', model: 'm' },
    ]) {
      expect(breaker.statusOf(target)).toEqual({ state: 'closed', failures: 0 });
      expect((await call(breaker, answering, { target })).error).toBeUndefined();
    }
  });

  it('not when the failures are spread over more than the window', async () => {
    const breaker = breakerOf();
    for (let count = 0; count < 10; count += 1) {
      await failTimes(breaker, 1);
      await vi.advanceTimersByTimeAsync(15_000);
    }
    expect(breaker.statusOf(lab).state).toBe('closed');
    await vi.advanceTimersByTimeAsync(30_000);
    expect([breaker.statusOf(lab), breaker.circuits()]).toEqual([{ state: 'closed', failures: 0 }, []]);
  });

  it.each<[number | undefined, number, string]>([
    [undefined, 3, 'open'],
    [undefined, 4, 'closed'],
    [0.25, 9, 'open'],
    [0.25, 10, 'closed'],
    [1, 0, 'open'],
    [1, 1, 'closed'],
  ])('for a share of %s, with 3 failures after %i answers: %s', async (failureShare, answers, state) => {
    const breaker = breakerOf(failureShare === undefined ? {} : { failureShare });
    for (let count = 0; count < answers; count += 1) await call(breaker, answering);
    await failTimes(breaker, 3);
    expect(breaker.statusOf(lab).state).toBe(state);
  });
});

describe('an open circuit', () => {
  it('refuses at the first pull, without a call; says why, but not in the words of another caller’s error', async () => {
    const breaker = breakerOf({ failures: 5 });
    await call(breaker, answering);
    await failTimes(breaker, 5);
    await vi.advanceTimersByTimeAsync(2001);
    const context = contextOf();
    const inner = script(...answering);
    const stream = around(breaker, inner)(request, context);
    expect(context.attempts).toEqual([]);
    const { events, error } = await read(stream);
    expect(error).toMatchObject({
      code: 'overloaded',
      message:
        'lab/m is not asked for another 8 s: 5 of its last 6 calls failed (last: unreachable; is it running?)',
      retryAfterMs: 7999,
      ...lab,
      cause: { code: 'unreachable' },
    });
    expect([events, inner.calls.length]).toEqual([[], 0]);
    expect(context.attempts).toEqual([{ ...lab, outcome: 'skipped', code: 'overloaded', ms: 0 }]);
  });

  it('speaks of a single call in the singular', async () => {
    const breaker = breakerOf({ failures: 1 });
    await call(breaker, failing());
    const { error } = await call(breaker, answering);
    expect(error).toMatchObject({
      message:
        'lab/m is not asked for another 10 s: its last call failed (last: unreachable; is it running?)',
    });
  });

  it('does nothing for a stream that nobody pulls', async () => {
    const breaker = await halfOpen();
    const unused = around(breaker, script(...answering))(request, contextOf());
    expect((await call(breaker, answering)).error).toBeUndefined();
    await unused[Symbol.asyncIterator]().return?.();
  });

  it('is not moved by calls that began before it opened, whichever way they end', async () => {
    const changes: CircuitChange[] = [];
    const breaker = breakerOf({ onChange: (change) => changes.push(change) });
    const early = [
      read(around(breaker, script(start, 5000, ...failing()))(request, contextOf())),
      read(around(breaker, script(start, 5000, text('a'), end))(request, contextOf())),
      read(around(breaker, script(start, 10_500, ...failing()))(request, contextOf())),
    ];
    await failTimes(breaker, 3);
    await vi.advanceTimersByTimeAsync(5000);
    expect(breaker.statusOf(lab)).toMatchObject({ state: 'open', failures: 3, retryInMs: 5000 });
    await vi.advanceTimersByTimeAsync(5000);
    await call(breaker, answering);
    await vi.advanceTimersByTimeAsync(5000);
    await Promise.all(early);
    expect(breaker.statusOf(lab)).toEqual({ state: 'closed', failures: 0 });
    expect(changes.map(({ to }) => to)).toEqual(['open', 'half-open', 'closed']);
  });
});

describe('onChange', () => {
  it('is told of every change of state, and only of those', async () => {
    const changes: CircuitChange[] = [];
    const breaker = await halfOpen({ onChange: (change) => changes.push(change) });
    await call(breaker, failing('timeout'));
    await vi.advanceTimersByTimeAsync(10_000);
    await call(breaker, answering);
    await call(breaker, answering);
    const opened3 = { failures: 3, lastCode: 'unreachable', calls: 3, retryInMs: 10_000 };
    const opened4 = { failures: 4, lastCode: 'timeout', calls: 4, retryInMs: 10_000 };
    expect(changes).toEqual([
      { ...lab, from: 'closed', to: 'open', ...opened3 },
      { ...lab, from: 'open', to: 'half-open', failures: 3, lastCode: 'unreachable' },
      { ...lab, from: 'half-open', to: 'open', ...opened4 },
      { ...lab, from: 'open', to: 'half-open', failures: 4, lastCode: 'timeout' },
      { ...lab, from: 'half-open', to: 'closed', failures: 0 },
    ]);
  });

  it('is told nothing that a look at the state does not show', async () => {
    const seen: string[] = [];
    const breaker = breakerOf({
      onChange: ({ to }) => {
        seen.push(to, breaker.statusOf(lab).state);
      },
    });
    await failTimes(breaker, 3);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(breaker.circuits()).toMatchObject([{ state: 'half-open' }]);
    expect(seen).toEqual(['open', 'open', 'half-open', 'half-open']);
  });
});

it('composes with the trail, whose error it counts', async () => {
  const breaker = breakerOf();
  const context: TestContext = contextOf();
  const handler = compose([breaker.guard(lab), breaker.observe(lab), recordAttempt(lab)]);
  await read(handler(script(start, text('half')))(request, context));
  expect(context.attempts).toMatchObject([{ outcome: 'error', code: 'bad-response' }]);
  expect(breaker.statusOf(lab)).toMatchObject({ failures: 1, lastCode: 'bad-response' });
});

it.each<[string, Partial<CircuitBreakerOptions>]>([
  ['failures is 0; it must be at least 1', { failures: 0 }],
  ['windowMs is 0; it must be more than 0', { windowMs: 0 }],
  ['cooldownMs is -1; it must be at least 0', { cooldownMs: -1 }],
  ['failureShare is 1.5; it must be more than 0 and at most 1', { failureShare: 1.5 }],
  ['mostCircuits is 0; it must be at least 1', { mostCircuits: 0 }],
])('refuses wrong options: %s', (message, options) => {
  expect(() => breakerOf(options)).toThrow(message);
});
