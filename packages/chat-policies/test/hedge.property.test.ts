import { getEventListeners } from 'node:events';
import { ChatError, type ErrorCode, errorTable, isChatError } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hedge } from '../src/hedge.js';
import { recordAttempt } from '../src/index.js';
import { contextOf, end, read, request, type Step, script, start, text } from './support/handlers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const raw: Step = { type: 'raw-chunk', chunk: 0 };
const pause = fc.oneof(fc.constantFrom(0, 50, 100, 150), fc.nat({ max: 300 }));
const failure = fc
  .constantFrom(...(Object.keys(errorTable) as ErrorCode[]))
  .map((code) => new ChatError(code, code));

/** What an attempt does: it waits, opens, says some words with pauses between them, and ends in one of three ways. */
const behaviour = fc.record({
  before: pause,
  opening: fc.constantFrom<Step[]>([start], [start, raw]),
  pauses: fc.array(pause, { maxLength: 3 }),
  ending: fc.oneof(
    { weight: 2, arbitrary: fc.constant<Step[]>([end]) },
    { weight: 1, arbitrary: fc.constant<Step[]>([]) },
    { weight: 1, arbitrary: failure.map((error): Step[] => [error]) },
  ),
});

it('whatever both attempts do, and whenever the caller leaves, one of them is seen and both are over', async () => {
  await fc.assert(
    fc.asyncProperty(
      behaviour,
      behaviour,
      pause,
      fc.option(fc.nat({ max: 600 }), { nil: undefined }),
      async (one, two, delayMs, leavesAt) => {
        const [first, second] = [one, two].map(({ before, opening, pauses, ending }, index) => {
          const words = pauses.flatMap((ms, word): Step[] => [ms, text(`${index}.${word}`)]);
          return script(before, ...opening, ...words, 10, ...ending);
        }) as [ReturnType<typeof script>, ReturnType<typeof script>];
        const context = contextOf();
        if (leavesAt !== undefined) setTimeout(context.abort, leavesAt);
        const named = (provider: string) => recordAttempt({ provider, model: 'm' });
        const hedged = hedge({ delayMs, second: named('second')(second) })(named('first')(first));
        const reading = read(hedged(request, context));
        await vi.advanceTimersByTimeAsync(3000);
        const { events, error } = await reading;

        const ends = events.filter(({ type }) => type === 'response-end').length;
        expect(ends + (error === undefined ? 0 : 1)).toBe(1);
        if (error === undefined) expect(events.at(-1)).toEqual(end);
        else expect(isChatError(error)).toBe(true);
        expect(events.filter(({ type }) => type === 'response-start').length).toBeLessThanOrEqual(1);
        const words = events.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : []));
        const speaker = words[0]?.charAt(0) ?? '';
        expect(words).toEqual(words.map((_, word) => `${speaker}.${word}`));

        expect(first.calls).toHaveLength(1);
        expect(second.calls.length).toBeLessThanOrEqual(1);
        expect([first.closed, second.closed]).toEqual([1, second.calls.length]);
        expect(context.attempts).toHaveLength(1 + second.calls.length);
        expect(vi.getTimerCount()).toBe(0);
        expect(getEventListeners(context.signal, 'abort')).toHaveLength(0);
      },
    ),
    { numRuns: 500 },
  );
});
