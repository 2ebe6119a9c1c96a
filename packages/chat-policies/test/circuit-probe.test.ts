import { ChatError, type ChatHandler, compose, type ErrorCode } from '@lakehouse/chat-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createConcurrencyLimit } from '../src/concurrency.js';
import { answering, around, breakerOf, call, failing, failTimes, halfOpen, lab } from './support/circuits.js';
import { contextOf, end, type Outcome, read, request, script, start, text } from './support/handlers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('after the cooldown', () => {
  it('exactly one of 50 calls in one tick goes through, as the probe', async () => {
    const breaker = await halfOpen();
    expect(breaker.statusOf(lab)).toEqual({ state: 'half-open', failures: 3, lastCode: 'unreachable' });
    const inner = script(start, 1000, text('a'), end);
    const contexts = Array.from({ length: 50 }, () => contextOf());
    const outcomes = contexts.map((context) => read(around(breaker, inner)(request, context)));
    await vi.advanceTimersByTimeAsync(500);
    expect(inner.calls).toHaveLength(1);
    expect(inner.calls[0]?.context).toMatchObject({ probe: true });
    const refused = await outcomes[1];
    expect(refused?.error).toMatchObject({
      code: 'overloaded',
      message:
        'lab/m is asked by one call at a time until it answers: 3 of its last 3 calls failed (last: unreachable; is it running?)',
      retryAfterMs: 1000,
    });
    expect(contexts.filter(({ attempts }) => attempts[0]?.outcome === 'skipped')).toHaveLength(49);
    await vi.advanceTimersByTimeAsync(500);
    expect((await Promise.all(outcomes)).filter(({ error }) => error === undefined)).toHaveLength(1);
  });

  it('the probe’s first content closes it, its window empty, while the answer goes on', async () => {
    const breaker = await halfOpen();
    const probe = read(around(breaker, script(start, text('a'), 60_000, end))(request, contextOf()));
    await vi.advanceTimersByTimeAsync(0);
    expect([breaker.statusOf(lab), breaker.circuits()]).toEqual([{ state: 'closed', failures: 0 }, []]);
    const inner = script(...answering);
    await read(around(breaker, inner)(request, contextOf()));
    expect(inner.calls[0]?.context).not.toHaveProperty('probe');
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await probe).error).toBeUndefined();
  });

  it('a probe that is cut after its first content counts as one failure of the closed circuit', async () => {
    const breaker = await halfOpen();
    await call(breaker, [start, text('a'), new ChatError('bad-response', 'cut')]);
    expect(breaker.statusOf(lab)).toEqual({ state: 'closed', failures: 1, lastCode: 'bad-response' });
  });

  it('a probe that fails opens it for another cooldown', async () => {
    const breaker = await halfOpen();
    await call(breaker, failing('overloaded'));
    expect(breaker.statusOf(lab)).toMatchObject({ state: 'open', retryInMs: 10_000, lastCode: 'overloaded' });
    await vi.advanceTimersByTimeAsync(9999);
    expect((await call(breaker, answering)).error).toMatchObject({ code: 'overloaded' });
    await vi.advanceTimersByTimeAsync(1);
    expect((await call(breaker, answering)).error).toBeUndefined();
  });

  it.each<[ErrorCode]>([['invalid-request'], ['unauthenticated'], ['rate-limited']])(
    'a probe that gets %s closes it: the target did answer',
    async (code) => {
      const breaker = await halfOpen();
      await call(breaker, failing(code));
      expect(breaker.statusOf(lab)).toEqual({ state: 'closed', failures: 0 });
    },
  );

  it.each<[ErrorCode]>([['unsupported'], ['provider-unavailable'], ['internal'], ['aborted']])(
    'a probe that gets %s frees its place: the target was not asked',
    async (code) => {
      const breaker = await halfOpen();
      await call(breaker, failing(code));
      expect(breaker.statusOf(lab).state).toBe('half-open');
      expect((await call(breaker, answering)).error).toBeUndefined();
      expect(breaker.statusOf(lab).state).toBe('closed');
    },
  );

  it('a probe whose caller leaves frees its place at once', async () => {
    const breaker = await halfOpen();
    const context = contextOf();
    const probe = read(around(breaker, script(start, 60_000, end))(request, context));
    await vi.advanceTimersByTimeAsync(10);
    expect((await call(breaker, answering)).error).toMatchObject({ code: 'overloaded' });
    context.abort();
    await probe;
    expect((await call(breaker, answering)).error).toBeUndefined();
  });

  it('a probe that the consumer closes frees its place at once, and closes the inner stream', async () => {
    const breaker = await halfOpen();
    const inner = script(start, text('a'), end);
    const stream = around(breaker, inner)(request, contextOf())[Symbol.asyncIterator]();
    await stream.next();
    await stream.return?.();
    expect(inner.closed).toBe(1);
    expect((await call(breaker, answering)).error).toBeUndefined();
  });

  it('a probe that a queue further in refuses frees its place and is no failure', async () => {
    const breaker = await halfOpen();
    const limit = createConcurrencyLimit('lab', { limit: 1, maxQueue: 0, queueTimeoutMs: 10 });
    const busy = read(limit.guard()(script(start, 100, end))(request, contextOf()));
    const queued = compose([breaker.guard(lab), limit.guard(lab), breaker.observe(lab)]);
    const { error } = await read(queued(script(...answering))(request, contextOf()));
    expect(error).toMatchObject({ message: expect.stringContaining('as many calls at a time') });
    expect(breaker.statusOf(lab).state).toBe('half-open');
    await vi.advanceTimersByTimeAsync(100);
    await busy;
    expect((await read(queued(script(...answering))(request, contextOf()))).error).toBeUndefined();
  });

  it('attempts inside of a call from before it opened are no probe, whichever way they end', async () => {
    for (const steps of [answering, failing()]) {
      const breaker = breakerOf();
      // The guard let this call in; its second attempt begins when the circuit is half-open.
      const repeated: ChatHandler = async function* (asked, context) {
        await read(script(10_000, end)(asked, context));
        expect(breaker.statusOf(lab).state).toBe('half-open');
        yield* breaker.observe(lab)(script(...steps))(asked, context);
      };
      const early = read(breaker.guard(lab)(repeated)(request, contextOf()));
      await failTimes(breaker, 3);
      await vi.advanceTimersByTimeAsync(10_000);
      expect((await early).error).toBe(steps.find((step) => step instanceof Error));
      expect(breaker.statusOf(lab).state).toBe('half-open');
    }
  });

  it('a probe that fails opens it again also when its window has forgotten all other failures', async () => {
    const breaker = await halfOpen();
    await vi.advanceTimersByTimeAsync(60_000);
    await call(breaker, failing());
    expect(breaker.statusOf(lab)).toMatchObject({ state: 'open', failures: 1, retryInMs: 10_000 });
  });

  it('a former probe whose answer ends late does not free the place of the present one', async () => {
    const breaker = await halfOpen();
    const former = read(around(breaker, script(start, text('a'), 15_000, end))(request, contextOf()));
    await vi.advanceTimersByTimeAsync(0);
    await failTimes(breaker, 3);
    await vi.advanceTimersByTimeAsync(10_000);
    const present = read(around(breaker, script(start, 20_000, end))(request, contextOf()));
    await vi.advanceTimersByTimeAsync(5000);
    expect((await former).error).toBeUndefined();
    expect((await call(breaker, answering)).error).toMatchObject({ code: 'overloaded' });
    await vi.advanceTimersByTimeAsync(20_000);
    await present;
  });

  it('an attempt that a former probe left behind gives no verdict for the present one', async () => {
    const breaker = await halfOpen();
    const left: Promise<Outcome>[] = [];
    const leaving: ChatHandler = async function* (asked, context) {
      left.push(read(breaker.observe(lab)(script(start, 5000, ...failing()))(asked, context)));
      yield start;
      throw new ChatError('aborted', 'left');
    };
    await read(breaker.guard(lab)(leaving)(request, contextOf()));
    const present = read(around(breaker, script(start, 8000, text('a'), end))(request, contextOf()));
    await vi.advanceTimersByTimeAsync(5000);
    await Promise.all(left);
    expect(breaker.statusOf(lab).state).toBe('half-open');
    await vi.advanceTimersByTimeAsync(3000);
    await present;
    expect(breaker.statusOf(lab)).toEqual({ state: 'closed', failures: 0 });
  });
});
