import { ChatError, type ChatEvent, compose } from '@lakehouse/chat-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordAttempt } from '../src/attempt.js';
import { createConcurrencyLimit } from '../src/concurrency.js';
import {
  contextOf,
  end,
  type Outcome,
  read,
  request,
  type Script,
  script,
  start,
  text,
} from './support/handlers.js';
import { call, counts, limitOf, remains, settle, started, target } from './support/places.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('places', () => {
  it('are given first come, first served', async () => {
    const limit = limitOf({ limit: 2 });
    const calls = [call(limit, 1000), call(limit, 2000), call(limit, 1000), call(limit, 1000)];
    await settle();
    expect([counts(limit), started(calls)]).toEqual([
      [2, 2],
      [true, true, false, false],
    ]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(started(calls)).toEqual([true, true, true, false]);
    calls.push(call(limit, 1000));
    await vi.advanceTimersByTimeAsync(1000);
    expect(started(calls)).toEqual([true, true, true, true, true]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(counts(limit)).toEqual([0, 0]);
    for (const { outcome } of calls) expect((await outcome).events).toContainEqual(end);
    expect(remains(calls)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('are taken at the first pull, not before', async () => {
    const limit = limitOf();
    const stream = limit.guard(target)(script(start, end))(request, contextOf());
    await settle();
    expect(counts(limit)).toEqual([0, 0]);
    await stream[Symbol.asyncIterator]().return?.();
    expect(counts(limit)).toEqual([0, 0]);
  });

  it.each<[string, Script]>([
    ['the end', script(start, end)],
    ['an error', script(start, new ChatError('unreachable', 'gone'))],
    ['a cut', script(start, text('a'))],
  ])('are free again after %s', async (_, inner) => {
    const limit = limitOf();
    await read(limit.guard()(inner)(request, contextOf()));
    expect(counts(limit)).toEqual([0, 0]);
  });

  it('are free again after a handler that throws before it gives a stream', async () => {
    const limit = limitOf();
    const failure = new Error('broken');
    const broken = limit.guard()(() => {
      throw failure;
    });
    expect((await read(broken(request, contextOf()))).error).toBe(failure);
    expect(counts(limit)).toEqual([0, 0]);
  });

  it('are held until the consumer closes the stream, which closes the inner one', async () => {
    const limit = limitOf();
    const inner = script(start, text('a'), end);
    const stream = limit.guard()(inner)(request, contextOf())[Symbol.asyncIterator]();
    await stream.next();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([counts(limit), inner.closed]).toEqual([[1, 0], 0]);
    await stream.return?.();
    expect([counts(limit), inner.closed]).toEqual([[0, 0], 1]);
  });

  it('are counted without a limit too', async () => {
    const limit = createConcurrencyLimit('lab', { maxQueue: 0, queueTimeoutMs: 0 });
    const calls = Array.from({ length: 50 }, () => call(limit));
    await settle();
    expect(counts(limit)).toEqual([50, 0]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(counts(limit)).toEqual([0, 0]);
    expect(started(calls)).not.toContain(false);
  });
});

describe('a refusal', () => {
  it('comes at once when the queue is full, says how many wait, and is in the trail', async () => {
    const limit = limitOf({ limit: 4, maxQueue: 16 });
    const calls = Array.from({ length: 20 }, () => call(limit));
    const refused = call(limit);
    const { error } = await refused.outcome;
    expect(error).toMatchObject({
      code: 'overloaded',
      message: 'lab answers as many calls at a time as it may (4), and 16 more are waiting',
      retryAfterMs: 1000,
      ...target,
    });
    expect(refused.context.attempts).toEqual([{ ...target, outcome: 'skipped', code: 'overloaded', ms: 0 }]);
    await vi.advanceTimersByTimeAsync(10_000);
    for (const { outcome } of calls) expect((await outcome).error).toBeUndefined();
  });

  it('comes at once when nobody may wait', async () => {
    const limit = limitOf({ maxQueue: 0 });
    const first = call(limit);
    expect((await call(limit).outcome).error).toMatchObject({
      message: expect.stringContaining('no call may wait'),
    });
    await vi.advanceTimersByTimeAsync(1000);
    expect((await first.outcome).error).toBeUndefined();
  });

  it('comes at once while another target is left, which may be free', async () => {
    const limit = limitOf();
    const running = call(limit);
    const context = Object.assign(contextOf(), { alternatives: 1 });
    const { error } = await call(limit, 1000, context).outcome;
    expect(error).toMatchObject({ message: expect.stringContaining('another target may be free') });
    expect(context.attempts).toMatchObject([{ outcome: 'skipped' }]);
    expect(counts(limit)).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await running.outcome).error).toBeUndefined();
  });

  it('comes when no place became free in time, and leaves nothing', async () => {
    const limit = limitOf();
    const running = call(limit, 60_000);
    const late = call(limit);
    await vi.advanceTimersByTimeAsync(9999);
    expect(counts(limit)).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect((await late.outcome).error).toMatchObject({
      code: 'overloaded',
      message: 'lab answers as many calls at a time as it may (1), and no place became free within 10 s',
      retryAfterMs: 1000,
      ...target,
    });
    expect(late.context.attempts).toMatchObject([{ outcome: 'skipped', code: 'overloaded' }]);
    expect([late.inner.calls.length, counts(limit)]).toEqual([0, [1, 0]]);
    await vi.advanceTimersByTimeAsync(60_000);
    await running.outcome;
    expect([counts(limit), remains([running, late])]).toEqual([
      [0, 0],
      [0, 0, 0],
    ]);
  });

  it('names no target, and is in no trail, when the limit has none', async () => {
    const limit = limitOf({ maxQueue: 0 });
    const first = call(limit);
    const context = contextOf();
    const { error } = await read(limit.guard()(script(start, end))(request, context));
    expect(error).toMatchObject({ code: 'overloaded', provider: undefined, model: undefined });
    expect(context.attempts).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    await first.outcome;
  });
});

it('waits longer than a timer can sleep', async () => {
  const limit = limitOf({ queueTimeoutMs: 2 ** 40 });
  const calls = [call(limit, 60_000), call(limit)];
  await vi.advanceTimersByTimeAsync(62_000);
  expect((await calls[1]?.outcome)?.error).toBeUndefined();
});

it('composes with the trail: a call that waited has its one entry', async () => {
  const limit = limitOf();
  const handler = compose([limit.guard(target), recordAttempt(target)])(script(start, 500, end));
  const contexts = [contextOf(), contextOf()];
  const outcomes = contexts.map((context): Promise<Outcome> => read(handler(request, context)));
  await vi.advanceTimersByTimeAsync(1000);
  const events: (readonly ChatEvent[])[] = (await Promise.all(outcomes)).map((outcome) => outcome.events);
  expect(events).toEqual([
    [start, end],
    [start, end],
  ]);
  expect(contexts.map(({ attempts }) => attempts)).toMatchObject([[{ ms: 500 }], [{ ms: 500 }]]);
});
