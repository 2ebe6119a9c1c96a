import { getEventListeners } from 'node:events';
import { ChatError, type ChatErrorOptions, type ErrorCode, errorTable } from '@lakehouse/chat-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordAttempt } from '../src/index.js';
import type { PolicyContext } from '../src/policy-context.js';
import { type RetryOptions, retry, waitBeforeRetry } from '../src/retry.js';
import {
  contextOf,
  end,
  inTurn,
  type Outcome,
  read,
  request,
  type Script,
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

const limits: RetryOptions = {
  attempts: 3,
  baseDelayMs: 100,
  maxDelayMs: 1000,
  maxRetryAfterMs: 10_000,
  random: () => 0.5,
};
const failure = (code: ErrorCode, options?: ChatErrorOptions): ChatError =>
  new ChatError(code, `it is ${code}`, options);
const failing = (code: ErrorCode, options?: ChatErrorOptions): Script =>
  script(start, failure(code, options));
const busy = (retryAfterMs?: number): Script => failing('overloaded', { retryAfterMs });
const answering = (...words: string[]): Script => script(start, ...words.map(text), end);

interface Run extends Outcome {
  readonly calls: number;
  /** When it was over, in milliseconds from its start. */
  readonly ms: number;
}

interface RunOptions extends Partial<RetryOptions>, Pick<PolicyContext, 'probe' | 'alternatives'> {
  /** What is left of the total budget at the start. */
  readonly leftMs?: number;
  readonly context?: PolicyContext;
}

const run = async (
  { probe, alternatives, leftMs, context = contextOf(), ...options }: RunOptions,
  ...scripts: [Script, ...Script[]]
): Promise<Run> => {
  const began = performance.now();
  const inside: PolicyContext = {
    ...context,
    ...(probe !== undefined && { probe }),
    ...(alternatives !== undefined && { alternatives }),
    ...(leftMs !== undefined && { deadline: began + leftMs }),
  };
  let ms = -1;
  const handler = retry({ ...limits, ...options })(inTurn(...scripts));
  const reading = read(handler(request, inside)).then((outcome) => {
    ms = performance.now() - began;
    return outcome;
  });
  await vi.advanceTimersByTimeAsync(1_000_000);
  const outcome = await reading;
  return { ...outcome, ms, calls: scripts.reduce((sum, { calls }) => sum + calls.length, 0) };
};

describe('what is repeated', () => {
  it('a failure before content; the caller sees nothing of the failed call', async () => {
    const raw: Step = { type: 'raw-chunk', chunk: 0 };
    const failed = script({ ...start, model: 'failed' } as Step, raw, failure('overloaded'));
    const result = await run({}, failed, answering('ok'));
    expect(result).toMatchObject({ events: [start, text('ok'), end], calls: 2 });
    expect(result.error).toBeUndefined();
  });

  it('an answer that is cut before it begins', async () => {
    expect(await run({}, script(start), answering('ok'))).toMatchObject({ events: [start, text('ok'), end] });
  });

  it.each(Object.keys(errorTable) as ErrorCode[])('%s, as the error table says', async (code) => {
    const { calls } = await run({}, failing(code), answering('ok'));
    expect(calls).toBe(errorTable[code].retryable ? 2 : 1);
  });

  it('what the error itself says goes before the table', async () => {
    expect((await run({}, failing('overloaded', { retryable: false }), answering('no'))).calls).toBe(1);
    expect((await run({}, failing('internal', { retryable: true }), answering('ok'))).calls).toBe(2);
  });

  it('each call gets the same request and context', async () => {
    const context = contextOf();
    const scripts = [busy(), answering('ok')] as const;
    await run({ context, alternatives: 2 }, ...scripts);
    for (const { calls } of scripts) {
      expect(calls).toEqual([{ request, context: { ...context, alternatives: 2 } }]);
    }
  });

  it('and each call has its own entry in the trail', async () => {
    const context = contextOf();
    const recorded = recordAttempt({ provider: 'p', model: 'm' })(inTurn(busy(), answering('ok')));
    const reading = read(retry(limits)(recorded)(request, context));
    await vi.runAllTimersAsync();
    await reading;
    expect(context.attempts).toMatchObject([{ code: 'overloaded' }, { outcome: 'ok' }]);
  });
});

describe('what is not repeated', () => {
  it('a failure after content: it is passed on as it is', async () => {
    const cut = failure('bad-response');
    const result = await run({}, script(start, text('half'), cut), answering('no'));
    expect(result).toMatchObject({ events: [start, text('half')], calls: 1 });
    expect(result.error).toBe(cut);
  });

  it.each([1, 2, 5])('more than "attempts" calls: %i', async (attempts) => {
    const { calls, error } = await run({ attempts }, busy());
    expect([calls, error]).toEqual([attempts, expect.objectContaining({ code: 'overloaded' })]);
  });

  it('the single probe of a half-open circuit', async () => {
    expect(await run({ probe: true }, busy(), answering('no'))).toMatchObject({
      calls: 1,
      error: { code: 'overloaded' },
    });
    expect((await run({ probe: false }, busy(), answering('ok'))).calls).toBe(2);
  });

  it('a call whose caller left, though its error is one that may be repeated', async () => {
    const context = contextOf();
    const late = failure('timeout', { phase: 'total' });
    setTimeout(() => context.abort(late), 50);
    const result = await run({ context }, script(start, 60_000, end), answering('no'));
    expect([result.error, result.calls, result.ms]).toEqual([late, 1, 50]);
  });
});

describe('the last failure is thrown', () => {
  it('as it is, with what the upstream said', async () => {
    const last = failure('rate-limited', { retryAfterMs: 90_000, upstreamStatus: 429 });
    const { error, calls } = await run({}, busy(), script(start, last));
    expect([error, calls]).toEqual([last, 2]);
    expect(error).toBe(last);
  });

  it('as a ChatError, when it is something else', async () => {
    const defect = new TypeError('x is not a function');
    const result = await run({}, script(defect as ChatError), answering('no'));
    expect(result).toMatchObject({ calls: 1, error: { code: 'internal', model: 'asked', cause: defect } });
  });
});

describe('the backoff', () => {
  it.each([
    [0, 0],
    [0.5, 50 + 100 + 200 + 300 + 300],
    [0.999, 99.9 + 199.8 + 399.6 + 599.4 + 599.4],
  ])('doubles up to maxDelayMs, with full jitter (%d)', async (random, total) => {
    const { ms } = await run({ attempts: 6, maxDelayMs: 600, random: () => random }, busy());
    // Timers leave out fractions of a millisecond.
    expect(ms).toBeGreaterThan(total - 5);
    expect(ms).toBeLessThanOrEqual(total);
  });

  it('is random by itself', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.25);
    const handler = retry({ attempts: 2, baseDelayMs: 100, maxDelayMs: 100, maxRetryAfterMs: 0 })(busy());
    const began = performance.now();
    const reading = read(handler(request, contextOf())).then(() => performance.now() - began);
    await vi.runAllTimersAsync();
    expect(await reading).toBe(25);
    random.mockRestore();
  });
});

describe('what the upstream asked for', () => {
  it('goes before the backoff, also when it is longer than any backoff', async () => {
    expect(await run({}, busy(7000), answering('ok'))).toMatchObject({ ms: 7000, calls: 2 });
    expect(await run({}, busy(3), answering('ok'))).toMatchObject({ ms: 3, calls: 2 });
  });

  it('is not waited for at all when it is longer than maxRetryAfterMs', async () => {
    expect(await run({}, busy(10_000), answering('ok'))).toMatchObject({ ms: 10_000, calls: 2 });
    expect(await run({}, busy(10_001), answering('no'))).toMatchObject({
      ms: 0,
      calls: 1,
      error: { retryAfterMs: 10_001 },
    });
  });

  it('is not waited for when a timer would take it for one millisecond', async () => {
    const unlimited = { maxRetryAfterMs: Number.POSITIVE_INFINITY };
    expect(await run(unlimited, busy(2 ** 31), answering('no'))).toMatchObject({ ms: 0, calls: 1 });
  });

  it('0 means at once', async () => {
    expect(await run({}, busy(0), answering('ok'))).toMatchObject({ ms: 0, calls: 2 });
  });

  it('0 means at once only the first time, and the backoff afterwards', async () => {
    const counted = await run({ attempts: 4 }, busy(0), busy(0), busy(0), answering('ok'));
    expect(counted).toMatchObject({ ms: 100 + 200, calls: 4 });
    expect((await run({}, busy(), busy(0), answering('ok'))).ms).toBe(50);
  });

  it('0 is a call like each other one, where only one may be made', async () => {
    expect(await run({ attempts: 1 }, busy(0), answering('no'))).toMatchObject({ calls: 1 });
  });
});

describe('the decision', () => {
  const state = {
    limits,
    retriesSoFar: 0,
    repeatedAtOnce: false,
    alternatives: 1,
    leftMs: 1000,
    jitter: 0.5,
  };

  it.each<[string, ChatErrorOptions, Partial<typeof state>, number | undefined]>([
    ['backs off', {}, {}, 50],
    ['backs off longer each time', {}, { retriesSoFar: 1 }, 100],
    ['waits whole milliseconds', {}, { jitter: 0.777 }, 77],
    ['waits as asked', { retryAfterMs: 999 }, {}, 999],
    ['takes 0 for at once', { retryAfterMs: 0 }, {}, 0],
    ['takes 0 for at once only once', { retryAfterMs: 0 }, { repeatedAtOnce: true }, 50],
    ['makes the last call', {}, { retriesSoFar: 1, jitter: 0 }, 0],
    ['makes no call after the last', {}, { retriesSoFar: 2 }, undefined],
    ['ends with the budget', { retryAfterMs: 1000 }, {}, undefined],
    ['ends with a budget that is used up', { retryAfterMs: 0 }, { leftMs: -1 }, undefined],
    ['looks at the flag', { retryable: false }, {}, undefined],
    ['takes the phase of a timeout only', { phase: 'first-content' }, {}, 50],
    ['takes a wait that is no number for none', { retryAfterMs: Number.NaN }, {}, 50],
  ])('%s', (_, options, more, wait) => {
    expect(waitBeforeRetry(failure('overloaded', options), { ...state, ...more })).toBe(wait);
  });
});

describe('while another target is left', () => {
  it('a wait longer than maxDelayMs is not waited for', async () => {
    expect(await run({ alternatives: 1 }, busy(1001), answering('no'))).toMatchObject({ ms: 0, calls: 1 });
    expect(await run({ alternatives: 1 }, busy(1000), answering('ok'))).toMatchObject({ ms: 1000, calls: 2 });
    expect(await run({ alternatives: 0 }, busy(1001), answering('ok'))).toMatchObject({ ms: 1001, calls: 2 });
  });

  it('maxRetryAfterMs still holds', async () => {
    const short = { alternatives: 1, maxRetryAfterMs: 500 };
    expect(await run(short, busy(501), answering('no'))).toMatchObject({ ms: 0, calls: 1 });
  });

  it.each(['connect', 'first-content', 'idle', 'upstream'] as const)(
    'a target that let a time limit pass is not asked again (%s)',
    async (phase) => {
      const silent = (): Script => failing('timeout', { phase });
      expect((await run({ alternatives: 1 }, silent(), answering('no'))).calls).toBe(1);
      expect((await run({ alternatives: 0 }, silent(), answering('ok'))).calls).toBe(2);
      expect((await run({}, silent(), answering('ok'))).calls).toBe(2);
    },
  );
});

describe('the total budget', () => {
  it('is not outlived: a wait that would use it up is not begun', async () => {
    expect(await run({ leftMs: 3000 }, busy(3000), answering('no'))).toMatchObject({ ms: 0, calls: 1 });
    expect(await run({ leftMs: 3001 }, busy(3000), answering('ok'))).toMatchObject({ ms: 3000, calls: 2 });
    expect(await run({ leftMs: 50 }, busy(), answering('no'))).toMatchObject({ ms: 0, calls: 1 });
  });

  it('counts what the calls before took', async () => {
    const slow = script(start, 2000, failure('overloaded', { retryAfterMs: 1000 }));
    expect(await run({ leftMs: 3000 }, slow, answering('no'))).toMatchObject({ ms: 2000, calls: 1 });
  });

  it('when it is used up, nothing is repeated at once either', async () => {
    expect((await run({ leftMs: 0 }, busy(0), answering('no'))).calls).toBe(1);
  });
});

describe('the caller leaves during the wait', () => {
  it('which ends at once, with "aborted" and the failure as its cause', async () => {
    const context = contextOf();
    setTimeout(context.abort, 20);
    const result = await run({ context }, busy(5000), answering('no'));
    expect(result).toMatchObject({ ms: 20, calls: 1, error: { code: 'aborted' } });
    expect((result.error as ChatError).cause).toMatchObject({ code: 'overloaded' });
  });

  it('for a reason of an outer policy: that reason is the error', async () => {
    const context = contextOf();
    const reason = failure('timeout', { phase: 'total' });
    setTimeout(() => context.abort(reason), 20);
    expect((await run({ context }, busy(5000), answering('no'))).error).toBe(reason);
  });

  it.each([5, 50_000])('and neither a timer nor a listener stays (aborted after %i ms)', async (abortMs) => {
    const context = contextOf();
    const listeners = (): number => getEventListeners(context.signal, 'abort').length;
    const reading = read(retry(limits)(inTurn(busy(5000), answering('ok')))(request, context));
    await vi.advanceTimersByTimeAsync(0);
    expect([vi.getTimerCount(), listeners()]).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(abortMs);
    context.abort();
    await reading;
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
  });
});

describe('the stream', () => {
  it('does nothing before the first pull', () => {
    const inner = answering('a');
    retry(limits)(inner)(request, contextOf());
    expect(inner.calls).toEqual([]);
  });

  it.each([1, 2, 3])('closes the inner one when the consumer stops after %i events', async (reads) => {
    const inner = answering('a', 'b', 'c');
    const stream = retry(limits)(inner)(request, contextOf())[Symbol.asyncIterator]();
    for (let count = 0; count < reads; count += 1) await stream.next();
    await stream.return?.();
    expect(inner.closed).toBe(1);
  });

  it('reads no further than its consumer', async () => {
    const pulled: string[] = [];
    const handler = async function* () {
      for (const event of [start, text('a'), text('b'), end]) {
        pulled.push(event.type);
        yield event;
      }
    };
    const stream = retry(limits)(handler)(request, contextOf())[Symbol.asyncIterator]();
    await stream.next();
    expect(pulled).toEqual(['response-start', 'text-delta']);
    await stream.next();
    await stream.next();
    expect(pulled).toEqual(['response-start', 'text-delta', 'text-delta']);
    await stream.return?.();
  });
});
