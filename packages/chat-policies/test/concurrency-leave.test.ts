import { ChatError } from '@lakehouse/chat-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contextOf, end, request, script, start } from './support/handlers.js';
import { call, counts, limitOf, remains, settle, started, target } from './support/places.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a caller that leaves', () => {
  it('while it waits leaves the queue at once, with no timer and no listener', async () => {
    const limit = limitOf();
    const calls = [call(limit), call(limit), call(limit)];
    await settle();
    calls[1]?.context.abort();
    const left = await calls[1]?.outcome;
    expect(left?.error).toMatchObject({ code: 'aborted', ...target });
    expect(counts(limit)).toEqual([1, 1]);
    expect(calls[1]?.context.attempts).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(started(calls)).toEqual([true, false, true]);
    await vi.advanceTimersByTimeAsync(1000);
    expect([counts(limit), remains(calls)]).toEqual([
      [0, 0],
      [0, 0, 0, 0],
    ]);
  });

  it('for a reason of its own, such as a time limit, gets that reason', async () => {
    const limit = limitOf();
    const calls = [call(limit), call(limit)];
    const reason = new ChatError('timeout', 'late', { phase: 'total' });
    calls[1]?.context.abort(reason);
    expect((await calls[1]?.outcome)?.error).toBe(reason);
    await vi.advanceTimersByTimeAsync(1000);
  });

  it('before it came takes no place and no turn', async () => {
    const limit = limitOf();
    const context = contextOf();
    context.abort();
    const { outcome, inner } = call(limit, 1000, context);
    expect((await outcome).error).toMatchObject({ code: 'aborted' });
    expect([counts(limit), inner.calls.length]).toEqual([[0, 0], 0]);
    const running = call(limit);
    expect((await call(limit, 1000, context).outcome).error).toMatchObject({ code: 'aborted' });
    expect(counts(limit)).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(1000);
    await running.outcome;
  });

  it('in the moment in which its place comes hands it on, and nothing is asked', async () => {
    const limit = limitOf();
    const ending = limit.guard()(script(start, end))(request, contextOf())[Symbol.asyncIterator]();
    await ending.next();
    const calls = [call(limit), call(limit)];
    await settle();
    const abort = calls[0]?.context.abort;
    // A higher limit hands the place over in this very tick; the caller leaves before it notices.
    limit.configure({ limit: 2, maxQueue: 16, queueTimeoutMs: 10_000 });
    abort?.();
    expect((await calls[0]?.outcome)?.error).toMatchObject({ code: 'aborted' });
    await settle();
    expect([started(calls), counts(limit)]).toEqual([
      [false, true],
      [2, 0],
    ]);
    await ending.return?.();
    await vi.advanceTimersByTimeAsync(1000);
    expect([counts(limit), remains(calls)]).toEqual([
      [0, 0],
      [0, 0, 0],
    ]);
  });
});
