import { getEventListeners } from 'node:events';
import { ChatError, type ChatEvent } from '@lakehouse/chat-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TimeoutOptions, timeout } from '../src/index.js';
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

interface Run extends Outcome {
  readonly context: TestContext;
  readonly innerSignal: AbortSignal | undefined;
  /** When it was over, in milliseconds from its start. */
  readonly ms: number;
  readonly closed: number;
}

interface RunOptions extends TimeoutOptions {
  readonly context?: TestContext;
  readonly slowness?: number;
}

const run = async (
  { context = contextOf(), slowness, ...limits }: RunOptions,
  ...steps: Step[]
): Promise<Run> => {
  const inner = script(...steps);
  const began = performance.now();
  let ms = -1;
  const reading = read(timeout(limits)(inner)(request, context), slowness).then((outcome) => {
    ms = performance.now() - began;
    return outcome;
  });
  await vi.advanceTimersByTimeAsync(1_000_000);
  const innerSignal = inner.calls[0]?.context.signal;
  return { ...(await reading), context, innerSignal, ms, closed: inner.closed };
};

const spoken = ({ events }: Outcome): string =>
  events.map((event: ChatEvent) => (event.type === 'text-delta' ? event.delta : '')).join('');

describe('each limit is a phase of its own', () => {
  it('first-content', async () => {
    const result = await run({ provider: 'lab', firstContentMs: 30_000 }, start, 60_000, text('a'), end);
    expect(result.error).toMatchObject({
      code: 'timeout',
      phase: 'first-content',
      provider: 'lab',
      message: 'lab sent no content within 30 s',
    });
    expect(result.ms).toBe(30_000);
  });

  it('idle', async () => {
    const result = await run({ provider: 'lab', idleMs: 1500 }, 9000, start, 9000, text('a'), 2000, end);
    expect(result.error).toMatchObject({
      phase: 'idle',
      message: 'lab fell silent in the middle of its answer for 1.5 s',
    });
    expect([result.ms, spoken(result)]).toEqual([19_500, 'a']);
  });

  it('total', async () => {
    const steps = [start, ...Array.from({ length: 20 }, () => [text('a'), 100]).flat(), end];
    const result = await run({ totalMs: 950, idleMs: 200, firstContentMs: 50 }, ...steps);
    expect(result.error).toMatchObject({
      phase: 'total',
      message: 'the upstream did not complete its answer within 950 ms',
    });
    expect([result.ms, spoken(result)]).toEqual([950, 'a'.repeat(10)]);
  });

  it('and aborts the inner call, so that its socket closes', async () => {
    const result = await run({ idleMs: 10 }, start, text('a'), 5000, end);
    expect(result.innerSignal?.reason).toMatchObject({ phase: 'idle' });
    expect(result.closed).toBe(1);
    expect(result.context.signal.aborted).toBe(false);
  });
});

describe('a limit does not fire', () => {
  it.each<[string, RunOptions, Step[]]>([
    ['before its time', { firstContentMs: 100, idleMs: 100, totalMs: 1000 }, [start, 99, text('a'), 99, end]],
    ['as idle before the first content', { idleMs: 10 }, [50, start, 50, text('a'), end]],
    ['as first-content after it', { firstContentMs: 10 }, [start, text('a'), 500, text('b'), 500, end]],
    [
      'as first-content for a whole answer',
      { firstContentMs: 10, context: contextOf('whole') },
      [500, start, end],
    ],
    ['when it is longer than a timer can be', { totalMs: 2 ** 40 }, [start, 1000, end]],
    ['when there is none', {}, [start, 500_000, end]],
  ])('%s', async (_, options, steps) => {
    const result = await run(options, ...steps);
    expect(result.error).toBeUndefined();
    expect(result.events.at(-1)).toEqual(end);
  });

  it('for a consumer that takes its time, as idle or first-content', async () => {
    const slow = { idleMs: 50, firstContentMs: 50, slowness: 1000 };
    const result = await run(slow, start, 40, text('a'), 40, text('b'), end);
    expect(result.error).toBeUndefined();
    expect(result.events).toHaveLength(4);
  });

  it('but the waits for the first content add up, the consumer left out', async () => {
    const raw: ChatEvent = { type: 'raw-chunk', chunk: 0 };
    const result = await run({ firstContentMs: 100, slowness: 1000 }, start, 60, raw, 60, text('a'), end);
    expect(result.error).toMatchObject({ phase: 'first-content' });
    expect(result.ms).toBe(2100);
  });

  it('and the total counts the consumer too, until response-end is delivered', async () => {
    const cut = await run({ totalMs: 1500, slowness: 1000 }, start, text('a'), text('b'), end);
    expect(cut.error).toMatchObject({ phase: 'total' });
    const whole = await run({ totalMs: 2500, slowness: 1000 }, start, text('a'), end);
    expect(whole.error).toBeUndefined();
    expect(whole.innerSignal?.aborted).toBe(false);
  });
});

describe('the caller leaves', () => {
  it.each<[string, Step[]]>([
    ['before headers', [60_000, start, end]],
    ['before the first content', [start, 60_000, end]],
    ['mid-stream', [start, text('a'), 60_000, end]],
  ])('%s: the error is "aborted", at once, and no limit speaks', async (_, steps) => {
    const context = contextOf();
    setTimeout(context.abort, 100);
    const result = await run({ firstContentMs: 500, idleMs: 500, totalMs: 500, context }, ...steps);
    expect(result.error).toMatchObject({ code: 'aborted' });
    expect([result.ms, result.closed]).toEqual([100, 1]);
  });

  it('before it began', async () => {
    const context = contextOf();
    context.abort();
    const result = await run({ totalMs: 500, context }, start, 60_000, end);
    expect(result.error).toMatchObject({ code: 'aborted' });
    expect(result.ms).toBe(0);
  });

  it('for a reason of an outer policy: that reason is the error', async () => {
    const context = contextOf();
    const reason = new ChatError('timeout', 'outer', { phase: 'total' });
    setTimeout(() => context.abort(reason), 100);
    expect((await run({ idleMs: 500, context }, start, 60_000, end)).error).toBe(reason);
  });
});

describe('nothing is left behind', () => {
  const limits = { firstContentMs: 1000, idleMs: 1000, totalMs: 10_000 };
  const remains = (context: TestContext): number[] => [
    vi.getTimerCount(),
    getEventListeners(context.signal, 'abort').length,
  ];

  it.each<[string, Step[]]>([
    ['after a whole answer', [start, text('a'), end]],
    ['after a failure', [start, new ChatError('overloaded', 'full')]],
    ['after a cut stream', [start, text('a')]],
    ['after a timeout', [start, 60_000, end]],
  ])('%s', async (_, steps) => {
    const context = contextOf();
    const reading = read(timeout(limits)(script(...steps))(request, context));
    await vi.advanceTimersByTimeAsync(1000);
    await reading;
    expect(remains(context)).toEqual([0, 0]);
  });

  it.each([0, 1, 2, 3])('when the consumer closes it after %i events', async (reads) => {
    const context = contextOf();
    const inner = script(start, text('a'), text('b'), end);
    const stream = timeout(limits)(inner)(request, context)[Symbol.asyncIterator]();
    for (let count = 0; count < reads; count += 1) await stream.next();
    await stream.return?.();
    expect(remains(context)).toEqual([0, 0]);
    expect(inner.closed).toBe(reads === 0 ? 0 : 1);
  });

  it('and 10,000 events in a row take no timer each', async () => {
    const spy = vi.spyOn(globalThis, 'setTimeout');
    const events = Array.from({ length: 10_000 }, () => text('a'));
    await read(timeout(limits)(script(start, ...events, end))(request, contextOf()));
    expect(spy.mock.calls.length).toBeLessThanOrEqual(4); // one for each limit, one for what follows the end
    spy.mockRestore();
  });
});

it('passes failures of the inner call on as they are', async () => {
  const failure = new ChatError('rate-limited', 'slow down');
  expect((await run({ totalMs: 1000 }, start, failure)).error).toBe(failure);
});
