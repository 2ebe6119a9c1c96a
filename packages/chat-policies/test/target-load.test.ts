import { ChatError, type ErrorCode } from '@lakehouse/chat-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTargetLoad, type TargetLoad } from '../src/target-load.js';
import {
  contextOf,
  end,
  type Outcome,
  read,
  request,
  type Step,
  script,
  start,
  type TestContext,
  text,
} from './support/handlers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const a = { provider: 'a', model: 'm' };
const raw: Step = { type: 'raw-chunk', chunk: 0 };

const ask = (
  load: TargetLoad,
  steps: readonly Step[],
  target = a,
  context: TestContext = contextOf(),
): Promise<Outcome> => read(load.observe(target)(script(...steps))(request, context));

/** Asks, and lets so much time pass. */
const askFor = async (load: TargetLoad, ms: number, ...steps: Step[]): Promise<Outcome> => {
  const reading = ask(load, steps);
  await vi.advanceTimersByTimeAsync(ms);
  return reading;
};

describe('an attempt is in flight', () => {
  it.each<[string, Step[]]>([
    ['until the answer is complete', [100, start, text('a'), 100, end]],
    ['until it fails', [100, start, text('a'), 100, new ChatError('overloaded', 'full')]],
    ['until it is cut', [100, start, text('a'), 100]],
    ['until it fails before the first content', [200, new ChatError('overloaded', 'full')]],
  ])('%s', async (_, steps) => {
    const load = createTargetLoad();
    const reading = Promise.all([ask(load, steps), ask(load, steps)]);
    expect(load.inFlight(a)).toBe(2);
    await vi.advanceTimersByTimeAsync(199);
    expect(load.inFlight(a)).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    await reading;
    expect(load.inFlight(a)).toBe(0);
  });

  it('until the consumer closes the stream, which closes the inner one, and not before the first pull', async () => {
    const load = createTargetLoad();
    const inner = script(start, text('a'), text('b'), end);
    const stream = load.observe(a)(inner)(request, contextOf())[Symbol.asyncIterator]();
    expect([load.inFlight(a), inner.calls.length]).toEqual([0, 0]);
    await stream.next();
    expect(load.inFlight(a)).toBe(1);
    await stream.return?.();
    expect([load.inFlight(a), inner.closed]).toEqual([0, 1]);
  });

  it('of its own target only, told apart by provider and model', async () => {
    const load = createTargetLoad();
    const reading = ask(load, [100, start, end]);
    const others = [
      { ...a, model: 'n' },
      { ...a, provider: 'b' },
    ];
    expect(others.map((other) => load.inFlight(other))).toEqual([0, 0]);
    await vi.advanceTimersByTimeAsync(100);
    await reading;
  });
});

it('passes events and errors on as they are', async () => {
  const failure = new ChatError('overloaded', 'full');
  const outcome = await ask(createTargetLoad(), [start, raw, text('a'), failure]);
  expect(outcome).toEqual({ events: [start, raw, text('a')], error: failure });
  expect(outcome.error).toBe(failure);
});

describe('the latency', () => {
  it('is the time to the first content, not to the first event, nor to the end', async () => {
    const load = createTargetLoad();
    const reading = ask(load, [100, start, raw, 200, text('a'), 400, end]);
    await vi.advanceTimersByTimeAsync(300);
    expect(load.latencyMs(a)).toBe(300);
    await vi.advanceTimersByTimeAsync(400);
    await reading;
    expect(load.latencyMs(a)).toBeCloseTo(300 * Math.exp(-400 / 30_000));
  });

  it('is an average in which a measurement counts more the longer the last one is ago', async () => {
    const load = createTargetLoad({ decayMs: 1000 });
    await askFor(load, 400, 400, start, end);
    await askFor(load, 100, 100, start, end);
    await vi.advanceTimersByTimeAsync(900);
    expect(load.latencyMs(a)).toBeCloseTo((400 * 0.8 + 100 * 0.2) * Math.exp(-0.9));
    await askFor(load, 100, 100, start, end);
    const left = Math.exp(-1);
    expect(load.latencyMs(a)).toBeCloseTo((400 * 0.8 + 100 * 0.2) * left + 100 * (1 - left));
    await vi.advanceTimersByTimeAsync(5000);
    await askFor(load, 100, 100, start, end);
    expect(load.latencyMs(a)).toBeCloseTo(100, -1);
  });

  it('forgets a slow first call within some quick ones, however soon they come', async () => {
    const load = createTargetLoad();
    await askFor(load, 5000, 5000, start, end);
    for (let call = 0; call < 15; call += 1) await askFor(load, 20, 20, start, end);
    expect(load.latencyMs(a)).toBeLessThan(300);
  });

  it('stays the same for a target that always takes the same time', async () => {
    const load = createTargetLoad({ decayMs: 1000 });
    for (let call = 0; call < 20; call += 1) await askFor(load, 250, 250, start, end);
    expect(load.latencyMs(a)).toBeCloseTo(250);
  });

  it('fades while nobody asks, and is unknown in the end', async () => {
    const load = createTargetLoad({ decayMs: 1000 });
    await askFor(load, 500, 500, start, end);
    await vi.advanceTimersByTimeAsync(1000);
    expect(load.latencyMs(a)).toBeCloseTo(500 / Math.E);
    await vi.advanceTimersByTimeAsync(5999);
    expect(load.latencyMs(a)).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(load.latencyMs(a)).toBe(0);
  });

  it('of an unknown target is 0, but the penalty while the first attempt is on its way', async () => {
    const load = createTargetLoad({ penaltyMs: 1000 });
    expect(load.latencyMs(a)).toBe(0);
    const reading = ask(load, [3000, start, text('a'), 1000, end]);
    expect(load.latencyMs(a)).toBe(1000);
    await vi.advanceTimersByTimeAsync(2999);
    expect(load.latencyMs(a)).toBe(2999);
    await vi.advanceTimersByTimeAsync(1001);
    await reading;
    expect(load.latencyMs(a)).toBeLessThanOrEqual(3000);
  });

  it('is at least what the oldest attempt without content has waited, so that a target that hangs looks slow', async () => {
    const load = createTargetLoad();
    await askFor(load, 10, 10, start, end);
    const hanging = ask(load, [60_000, start, end]);
    await vi.advanceTimersByTimeAsync(5000);
    const quick = ask(load, [10, start, end]);
    await vi.advanceTimersByTimeAsync(10);
    await quick;
    expect(load.latencyMs(a)).toBe(5010);
    await vi.advanceTimersByTimeAsync(60_000);
    await hanging;
  });
});

describe('a failure before the first content', () => {
  it.each<[string, Step[], number]>([
    ['counts as the penalty when it was fast', [start, new ChatError('unreachable', 'no')], 10_000],
    ['counts as what it took when it was slow', [20_000, new ChatError('timeout', 'late')], 20_000],
    ['may be another kind of error', [new Error('boom') as ChatError], 10_000],
    ['may be an end without an answer', [start], 10_000],
  ])('%s', async (_, steps, expected) => {
    const load = createTargetLoad();
    await askFor(load, expected === 10_000 ? 0 : expected, ...steps);
    expect(load.latencyMs(a)).toBe(expected);
  });

  it('raises the average at once, and does not lower it', async () => {
    const load = createTargetLoad({ penaltyMs: 1000 });
    await askFor(load, 100, 100, start, end);
    await askFor(load, 0, new ChatError('overloaded', 'full'));
    expect(load.latencyMs(a)).toBe(1000);
    await askFor(load, 5000, 5000, new ChatError('timeout', 'late'));
    await askFor(load, 0, new ChatError('overloaded', 'full'));
    expect(load.latencyMs(a)).toBe(5000);
  });

  it.each<ErrorCode>(['invalid-request', 'content-filtered', 'context-too-long', 'unsupported'])(
    'that the request brought about (%s) leaves a known target as it was',
    async (code) => {
      const load = createTargetLoad();
      await askFor(load, 0, new ChatError(code, 'no'));
      expect(load.latencyMs(a)).toBe(10_000); // else it would look like a new one to every such request
      const known = createTargetLoad();
      await askFor(known, 100, 100, start, end);
      await askFor(known, 0, new ChatError(code, 'no'));
      expect(known.latencyMs(a)).toBe(100);
    },
  );
});

describe('an attempt that is cancelled before the first content', () => {
  const cancelled = async (load: TargetLoad, ms: number, reason?: unknown): Promise<void> => {
    const context = contextOf();
    setTimeout(() => context.abort(reason), ms);
    const reading = ask(load, [60_000, start, end], a, context);
    await vi.advanceTimersByTimeAsync(ms);
    await reading;
  };

  it('counts as what it waited, where that is more than the average, and as no failure', async () => {
    const load = createTargetLoad();
    await askFor(load, 300, 300, start, end);
    await cancelled(load, 10);
    expect(load.latencyMs(a)).toBeCloseTo(300, -1);
    expect(load.latencyMs(a)).toBeLessThan(300);
    await cancelled(load, 2000);
    expect(load.latencyMs(a)).toBe(2000);
  });

  it('is a failure when the reason is a time limit', async () => {
    const load = createTargetLoad();
    await cancelled(load, 100, new ChatError('timeout', 'late', { phase: 'total' }));
    expect(load.latencyMs(a)).toBe(10_000);
  });

  it('may be closed by its consumer; with a time limit as the reason that is a failure too', async () => {
    for (const [reason, expected] of [
      [undefined, 0],
      [new ChatError('timeout', 'late', { phase: 'total' }), 10_000],
    ] as const) {
      const load = createTargetLoad();
      const context = contextOf();
      for await (const _ of load.observe(a)(script(start, 100, end))(request, context)) {
        context.abort(reason);
        break;
      }
      expect(load.latencyMs(a)).toBe(expected);
    }
  });
});
