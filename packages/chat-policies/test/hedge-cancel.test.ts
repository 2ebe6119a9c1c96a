import type { ChatHandler } from '@lakehouse/chat-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hedge } from '../src/hedge.js';
import { contextOf, end, request, script, start, text } from './support/handlers.js';
import { answering, answerOf, delayMs, failure, race } from './support/race.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the loser', () => {
  it('is cancelled at once, with the reason on its signal', async () => {
    const [first, second] = [answering(60_000, 'first'), script(10, start, text('a'), 5000, end)];
    const context = contextOf();
    const stream = hedge({ delayMs, second })(first)(request, context)[Symbol.asyncIterator]();
    const pull = stream.next();
    await vi.advanceTimersByTimeAsync(1010);
    await pull;
    expect(first.closed).toBe(1);
    const message = 'Another attempt answered first';
    expect(first.calls[0]?.context.signal.reason).toMatchObject({ code: 'aborted', message });
    expect([second.calls[0]?.context.signal.aborted, context.signal.aborted]).toEqual([false, false]);
    await stream.return?.();
  });

  it('has its entry in the trail, as aborted, before the stream ends', async () => {
    const { context } = await race(answering(60_000, 'first'), answering(10, 'second'));
    expect(context.attempts).toMatchObject([
      { provider: 'first', outcome: 'aborted', ms: 1010 },
      { provider: 'second', outcome: 'ok', ms: 10 },
    ]);
  });

  it('has it also when it needs a moment to unwind', async () => {
    const slow: ChatHandler = async function* (asked, context) {
      try {
        yield* answering(60_000, 'first')(asked, context);
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    };
    const { context, ms } = await race(slow, answering(10, 'second'));
    expect(context.attempts.map(({ provider }) => provider)).toEqual(['second', 'first']);
    expect(ms).toBe(1050);
  });

  it('that does not obey its signal holds neither the content nor, for long, the end', async () => {
    const stuck: ChatHandler = async function* () {
      await new Promise<never>(() => undefined);
      yield start;
    };
    const { events, ms, error } = await race(stuck, answering(10, 'second'));
    expect([events, error]).toEqual([answerOf('second'), undefined]);
    expect(ms).toBe(1060);
  });

  it('that has content at the same moment is closed, and nothing of it is seen', async () => {
    const gate = new Promise<void>((resolve) => setTimeout(resolve, 1500));
    const closed: string[] = [];
    const gated = (word: string): ChatHandler =>
      async function* () {
        try {
          await gate; // whatever the signal says
          yield* answerOf(word);
        } finally {
          closed.push(word);
        }
      };
    const { events, context } = await race(gated('first'), gated('second'));
    expect(events).toEqual(answerOf('first'));
    expect(closed.sort()).toEqual(['first', 'second']);
    expect(context.attempts.map(({ outcome }) => outcome).sort()).toEqual(['aborted', 'ok']);
  });

  it('that fails while it is cancelled rejects nothing that nobody handles', async () => {
    const rejected = vi.fn<() => void>();
    process.on('unhandledRejection', rejected);
    const nasty: ChatHandler = async function* (asked, context) {
      try {
        yield* answering(60_000, 'first')(asked, context);
      } catch (cause) {
        throw new TypeError('defect while unwinding', { cause });
      }
    };
    const { events } = await race(nasty, answering(10, 'second'));
    vi.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', rejected);
    expect(events).toEqual(answerOf('second'));
    expect(rejected).not.toHaveBeenCalled();
  });
});

describe('the caller leaves', () => {
  it.each<[string, number, number]>([
    ['before the delay', 500, 1],
    ['while both run', 1500, 2],
  ])('%s: all attempts are cancelled, and the error is "aborted"', async (_, at, asked) => {
    const [first, second] = [answering(60_000, 'first'), answering(60_000, 'second')];
    const context = contextOf();
    setTimeout(context.abort, at);
    const { error, ms } = await race(first, second, context);
    expect([error, ms]).toEqual([expect.objectContaining({ code: 'aborted' }), at]);
    expect([first.closed + second.closed, context.attempts.length]).toEqual([asked, asked]);
    expect(context.attempts.every(({ outcome }) => outcome === 'aborted')).toBe(true);
  });

  it('in the middle of the answer', async () => {
    const context = contextOf();
    setTimeout(context.abort, 2000);
    const second = script(start, text('a'), 60_000, end);
    const { events, error } = await race(answering(60_000, 'first'), second, context);
    expect([events, error]).toEqual([[start, text('a')], expect.objectContaining({ code: 'aborted' })]);
    expect(second.closed).toBe(1);
  });

  it('before it began: nobody is asked with a signal that is not aborted', async () => {
    const context = contextOf();
    context.abort();
    const seen: boolean[] = [];
    const first: ChatHandler = (asked, { signal, ...rest }) => {
      seen.push(signal.aborted);
      return answering(0, 'first')(asked, { signal, ...rest });
    };
    const { error, ms } = await race(first, answering(0, 'second'), context);
    expect(error).toMatchObject({ code: 'aborted' });
    expect([seen, ms]).toEqual([[true], 0]);
  });

  it.each([0, 900])('after %d ms: no second attempt is started while the first unwinds', async (at) => {
    const context = contextOf();
    if (at === 0) context.abort();
    else setTimeout(context.abort, at);
    const slow: ChatHandler = async function* (asked, inner) {
      try {
        yield* answering(60_000, 'first')(asked, inner);
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
    };
    const second = answering(0, 'second');
    const { error } = await race(slow, second, context);
    expect([error, second.calls.length]).toEqual([expect.objectContaining({ code: 'aborted' }), 0]);
  });

  it('for a reason of an outer policy: that reason is the error', async () => {
    const reason = failure('timeout', { phase: 'total' });
    const context = contextOf();
    setTimeout(() => context.abort(reason), 1500);
    const { error } = await race(answering(60_000, 'first'), answering(60_000, 'second'), context);
    expect(error).toBe(reason);
  });
});
