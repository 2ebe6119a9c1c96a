import { ChatError } from '@lakehouse/chat-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CircuitBreaker } from '../src/circuit-breaker.js';
import { timeout } from '../src/timeout.js';
import { answering, around, breakerOf, call, failing, lab } from './support/circuits.js';
import {
  contextOf,
  end,
  type Outcome,
  read,
  request,
  type Step,
  script,
  start,
  text,
} from './support/handlers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what counts', () => {
  it.each<[string, number, Step[]]>([
    ['unreachable', 1, failing()],
    ['overloaded', 1, failing('overloaded')],
    ['upstream-failure', 1, failing('upstream-failure')],
    ['bad-response', 1, failing('bad-response')],
    ['a timeout without content', 1, failing('timeout', { phase: 'first-content' })],
    ['the total limit without content', 1, failing('timeout', { phase: 'total' })],
    ['a cut after content', 1, [start, text('a'), new ChatError('bad-response', 'cut')]],
    ['silence after content', 1, [start, text('a'), new ChatError('timeout', 'idle', { phase: 'idle' })]],
    [
      'not: the total limit after content',
      0,
      [start, text('a'), new ChatError('timeout', 't', { phase: 'total' })],
    ],
    ['not: rate-limited', 0, failing('rate-limited')],
    ['not: quota-exceeded', 0, failing('quota-exceeded')],
    ['not: unauthenticated', 0, failing('unauthenticated')],
    ['not: model-not-found', 0, failing('model-not-found')],
    ['not: invalid-request', 0, failing('invalid-request')],
    ['not: unreachable that no retry mends', 0, failing('unreachable', { retryable: false })],
    ['not: aborted', 0, failing('aborted')],
    ['not: a defect', 0, [start, new Error('x is not a function') as ChatError]],
    ['not: an answer', 0, answering],
  ])('%s', async (_, failures, steps) => {
    const breaker = breakerOf();
    await call(breaker, steps);
    expect(breaker.statusOf(lab)).toMatchObject({ state: 'closed', failures });
    expect(breaker.circuits()).toHaveLength(failures);
  });

  it('passes events and errors through as they are', async () => {
    const breaker = breakerOf();
    expect((await call(breaker, answering)).events).toEqual(answering);
    const steps = failing('invalid-request');
    expect((await call(breaker, steps)).error).toBe(steps[1]);
  });

  it('is not the caller that leaves, nor a consumer that closes the stream', async () => {
    const breaker = breakerOf();
    const context = contextOf();
    const reading = read(around(breaker, script(start, 60_000, end))(request, context));
    await vi.advanceTimersByTimeAsync(10);
    context.abort();
    expect((await reading).error).toMatchObject({ name: 'AbortError' });
    const inner = script(start, text('a'), end);
    const stream = around(breaker, inner)(request, contextOf())[Symbol.asyncIterator]();
    await stream.next();
    await stream.return?.();
    expect(inner.closed).toBe(1);
    expect(breaker.circuits()).toEqual([]);
  });

  it('is not an outer reason to end all calls, such as a shutdown', async () => {
    const breaker = breakerOf();
    const context = contextOf();
    const reading = read(around(breaker, script(start, 60_000, end))(request, context));
    await vi.advanceTimersByTimeAsync(10);
    context.abort(new ChatError('overloaded', 'shutting down'));
    await reading;
    expect(breaker.circuits()).toEqual([]);
  });

  const totalLimit = (breaker: CircuitBreaker, steps: readonly Step[]): Promise<Outcome> =>
    read(timeout({ totalMs: 100 })(around(breaker, script(...steps)))(request, contextOf()));

  it.each<[string, number, Step[]]>([
    ['before the first content is the target’s', 1, [start, 60_000, end]],
    ['in the middle of an answer is not', 0, [start, text('a'), 60_000, end]],
  ])('an outer total limit %s', async (_, failures, steps) => {
    const breaker = breakerOf();
    const reading = totalLimit(breaker, steps);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await reading).error).toMatchObject({ code: 'timeout' });
    expect(breaker.statusOf(lab).failures).toBe(failures);
  });

  it('includes a total limit that closes the stream from outside', async () => {
    const breaker = breakerOf();
    const context = contextOf();
    const stream = around(breaker, script(start, text('a'), end))(request, context)[Symbol.asyncIterator]();
    await stream.next();
    context.abort(new ChatError('timeout', 'late', { phase: 'total' }));
    await stream.return?.();
    expect(breaker.statusOf(lab)).toMatchObject({ failures: 1, lastCode: 'timeout' });
  });

  it('a failure after content once, in place of the success', async () => {
    const breaker = breakerOf({ failureShare: 1 });
    for (let count = 0; count < 3; count += 1) {
      await call(breaker, [start, text('a'), new ChatError('bad-response', 'cut')]);
    }
    expect(breaker.statusOf(lab)).toMatchObject({ state: 'open', failures: 3 });
  });
});
