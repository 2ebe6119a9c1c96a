import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hedge } from '../src/hedge.js';
import {
  contextOf,
  end,
  inTurn,
  read,
  request,
  type Script,
  script,
  start,
  text,
} from './support/handlers.js';
import { answering, answerOf, delayMs, failure, race } from './support/race.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the second attempt', () => {
  it('is not started when the first has content in time', async () => {
    const second = answering(0, 'second');
    const { events, ms } = await race(script(999, start, text('first'), 5000, end), second);
    expect(events).toEqual([start, text('first'), end]);
    expect([ms, second.calls.length]).toEqual([5999, 0]);
  });

  it('is started when no content has come, though the answer has started', async () => {
    const first = script(start, { type: 'raw-chunk', chunk: 0 }, 60_000, text('first'), end);
    const { events, ms } = await race(first, answering(500, 'second'));
    expect([events, ms]).toEqual([answerOf('second'), 1500]);
  });

  it('asks the same handler once more where no other is given', async () => {
    const first = answering(60_000, 'first');
    const handler = inTurn(first, answering(10, 'second'));
    const reading = read(hedge({ delayMs })(handler)(request, contextOf()));
    await vi.advanceTimersByTimeAsync(1010);
    expect((await reading).events).toEqual(answerOf('second'));
    expect(first.closed).toBe(1);
  });

  it('gets the same request and context, but a signal of its own', async () => {
    const [first, second] = [answering(5000, 'first'), answering(10, 'second')];
    const { context } = await race(first, second);
    const { signal: _, ...rest } = context;
    expect(second.calls).toMatchObject([{ request, context: rest }]);
    expect(second.calls[0]?.context.attempts).toBe(context.attempts);
    const signals = [context, first.calls[0]?.context, second.calls[0]?.context].map((each) => each?.signal);
    expect(new Set(signals).size).toBe(3);
  });

  it('is not started for a probe', async () => {
    const second = answering(0, 'second');
    const { events } = await race(answering(5000, 'first'), second, { ...contextOf(), probe: true });
    expect([events, second.calls.length]).toEqual([answerOf('first'), 0]);
  });

  it.each([
    [1999, 0],
    [2000, 1],
  ])(
    'with a budget of %d ms is started %d times: as much as the delay must be left',
    async (budget, times) => {
      const second = answering(10, 'second');
      const context = { ...contextOf(), deadline: performance.now() + budget };
      await race(answering(5000, 'first'), second, context);
      expect(second.calls).toHaveLength(times);
    },
  );

  it('is not started at once when the delay is longer than a timer can be', async () => {
    const second = answering(0, 'second');
    const hedged = hedge({ delayMs: 2 ** 40, second })(answering(5000, 'first'));
    const reading = read(hedged(request, contextOf()));
    await vi.advanceTimersByTimeAsync(5000);
    expect([(await reading).events, second.calls.length]).toEqual([answerOf('first'), 0]);
  });
});

it('asks nobody before the first pull', async () => {
  const first = answering(0, 'first');
  const context = contextOf();
  const stream = hedge({ delayMs })(first)(request, context)[Symbol.asyncIterator]();
  expect([vi.getTimerCount(), getEventListeners(context.signal, 'abort').length]).toEqual([0, 0]);
  await stream.return?.();
  expect(first.calls).toEqual([]);
});

describe('the winner', () => {
  it('is whoever has content first, also when the first attempt catches up', async () => {
    const second = answering(500, 'second');
    const { events, ms } = await race(answering(1499, 'first'), second);
    expect([events, ms, second.closed]).toEqual([answerOf('first'), 1499, 1]);
  });

  it('is passed on as it comes, and its failure after content too', async () => {
    const broken = failure('unreachable');
    const outcome = await race(answering(60_000, 'first'), script(start, text('a'), 200, text('b'), broken));
    expect(outcome.events).toEqual([start, text('a'), text('b')]);
    expect([outcome.error, outcome.ms]).toEqual([expect.objectContaining({ code: 'unreachable' }), 1200]);
  });

  it('has no delay timer beside it any more', async () => {
    const first = script(start, text('a'), end);
    const context = contextOf();
    const stream = hedge({ delayMs })(first)(request, context)[Symbol.asyncIterator]();
    await stream.next();
    expect(vi.getTimerCount()).toBe(0);
    await stream.return?.();
  });

  it('is closed when the consumer closes the stream', async () => {
    const [first, second] = [answering(60_000, 'first'), answering(10, 'second')];
    const context = contextOf();
    const stream = hedge({ delayMs, second })(first)(request, context)[Symbol.asyncIterator]();
    const pull = stream.next();
    await vi.advanceTimersByTimeAsync(1010);
    await pull;
    expect(second.closed).toBe(0);
    await stream.return?.();
    expect([first.closed, second.closed, vi.getTimerCount()]).toEqual([1, 1, 0]);
    expect(getEventListeners(context.signal, 'abort')).toHaveLength(0);
  });
});

describe('a failure', () => {
  it('of the first before the delay is thrown at once, and starts no second attempt', async () => {
    const second = answering(0, 'second');
    const { error, ms } = await race(script(300, failure('overloaded')), second);
    expect(error).toMatchObject({ code: 'overloaded', provider: 'first' });
    expect([ms, second.calls.length]).toEqual([300, 0]);
  });

  it('of the first leaves the race to the second', async () => {
    const { events, ms } = await race(script(1200, failure('overloaded')), answering(3000, 'second'));
    expect([events, ms]).toEqual([answerOf('second'), 4000]);
  });

  it('of the second leaves the race to the first', async () => {
    const second = script(failure('overloaded'));
    const { events, ms } = await race(answering(3000, 'first'), second);
    expect([events, ms, second.calls.length]).toEqual([answerOf('first'), 3000, 1]);
  });

  it.each<[string, Script, Script]>([
    ['the first failed first', script(1200, failure('overloaded')), script(500, failure('timeout'))],
    ['the second failed first', script(5000, failure('overloaded')), script(500, failure('timeout'))],
  ])('of both is the first one’s error: %s', async (_, first, second) => {
    const { error, context } = await race(first, second);
    expect(error).toMatchObject({ code: 'overloaded', provider: 'first' });
    expect(context.attempts).toHaveLength(2);
  });

  it('of another kind is passed on as it is, also when the handler throws at once', async () => {
    const defect = new TypeError('x is not a function');
    const throwing = (): never => {
      throw defect;
    };
    expect((await read(hedge({ delayMs })(throwing)(request, contextOf()))).error).toBe(defect);
    const hedged = hedge({ delayMs, second: throwing })(answering(3000, 'first'));
    const reading = read(hedged(request, contextOf()));
    await vi.advanceTimersByTimeAsync(3000);
    expect((await reading).events).toEqual(answerOf('first'));
  });

  it('may be an end without an answer', async () => {
    expect((await read(hedge({ delayMs })(script(start))(request, contextOf()))).error).toMatchObject({
      code: 'bad-response',
    });
  });
});
