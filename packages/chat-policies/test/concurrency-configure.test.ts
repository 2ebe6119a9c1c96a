import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConcurrencyOptions, createConcurrencyLimit } from '../src/concurrency.js';
import { call, counts, limitOf, remains, settle, started } from './support/places.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('new options', () => {
  it('with a higher limit let waiting calls go at once, in their order', async () => {
    const limit = limitOf();
    const calls = Array.from({ length: 5 }, () => call(limit));
    await settle();
    limit.configure({ limit: 3, maxQueue: 16, queueTimeoutMs: 10_000 });
    await settle();
    expect([started(calls), counts(limit)]).toEqual([
      [true, true, true, false, false],
      [3, 2],
    ]);
    limit.configure({ maxQueue: 16, queueTimeoutMs: 10_000 });
    await settle();
    expect(counts(limit)).toEqual([5, 0]);
    await vi.advanceTimersByTimeAsync(1000);
    expect([counts(limit), remains(calls)[0]]).toEqual([[0, 0], 0]);
  });

  it('with a lower limit take effect as running calls end', async () => {
    const limit = limitOf({ limit: 3 });
    const calls = [
      call(limit, 100),
      call(limit, 200),
      call(limit, 300),
      call(limit, 1000),
      call(limit, 1000),
    ];
    await settle();
    limit.configure({ limit: 1, maxQueue: 16, queueTimeoutMs: 10_000 });
    const seen: number[][] = [];
    for (let step = 0; step < 3; step += 1) {
      await vi.advanceTimersByTimeAsync(100);
      seen.push(counts(limit));
    }
    expect(seen).toEqual([
      [2, 2],
      [1, 2],
      [1, 1],
    ]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(started(calls)).not.toContain(false);
  });

  it('leave those who wait in the queue, with the time that they had', async () => {
    const limit = limitOf();
    const calls = [call(limit, 60_000), call(limit), call(limit)];
    await settle();
    limit.configure({ limit: 1, maxQueue: 1, queueTimeoutMs: 5 });
    expect((await call(limit).outcome).error).toMatchObject({ message: expect.stringContaining('2 more') });
    await vi.advanceTimersByTimeAsync(9000);
    expect(counts(limit)).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await calls[1]?.outcome)?.error).toMatchObject({
      message: expect.stringContaining('within 10 s'),
    });
    calls[0]?.context.abort();
    await settle();
  });

  it.each<[string, ConcurrencyOptions]>([
    ['limit is 0; it must be at least 1', { limit: 0, maxQueue: 1, queueTimeoutMs: 1 }],
    ['maxQueue is -1; it must be at least 0', { maxQueue: -1, queueTimeoutMs: 1 }],
    ['queueTimeoutMs is NaN; it must be at least 0', { maxQueue: 1, queueTimeoutMs: Number.NaN }],
  ])('are refused when wrong: %s', (message, options) => {
    expect(() => createConcurrencyLimit('lab', options)).toThrow(message);
    expect(() => limitOf().configure(options)).toThrow(message);
  });
});
