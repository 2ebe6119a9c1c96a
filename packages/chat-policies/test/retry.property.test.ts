import { getEventListeners } from 'node:events';
import { ChatError, type ChatHandler, type ErrorCode, errorTable, isChatError } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PolicyContext } from '../src/policy-context.js';
import { retry } from '../src/retry.js';
import {
  contextOf,
  end,
  inTurn,
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

const mostCalls = 5;

const failure = fc
  .record({
    code: fc.constantFrom(...(Object.keys(errorTable) as ErrorCode[])),
    retryAfterMs: fc.option(fc.constantFrom(0, 1, 50, 400, 5000), { nil: undefined }),
    phase: fc.constantFrom(undefined, 'first-content', 'connect'),
  })
  .map(({ code, ...options }): Step[] => [new ChatError(code, code, options)]);

/** How one call goes: how long each of its steps takes, how much of it comes, and how it ends. */
const plan = fc.record({
  slowness: fc.constantFrom(0, 0, 30, 700),
  opening: fc.constantFrom<Step[]>([], [start]),
  words: fc.constantFrom(0, 0, 0, 1, 3),
  ending: fc.oneof(
    { weight: 3, arbitrary: failure },
    { weight: 1, arbitrary: fc.constantFrom<Step[]>([end], []) },
  ),
});
type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never;

const toScript = ({ slowness, opening, words, ending }: Plan, call: number): Script => {
  const content = Array.from({ length: words }, (_, word) => text(`${call}.${word}`));
  const legal = words > 0 || ending[0] === end ? [start] : opening;
  return script(...[...legal, ...content, ...ending].flatMap((step) => [slowness, step]));
};

const scenario = fc.record({
  plans: fc.array(plan, { minLength: mostCalls, maxLength: mostCalls }),
  limits: fc.record({
    attempts: fc.integer({ min: 1, max: mostCalls }),
    baseDelayMs: fc.constantFrom(1, 20, 300),
    maxDelayMs: fc.constantFrom(20, 300, 1000),
    maxRetryAfterMs: fc.constantFrom(0, 100, 10_000),
  }),
  randoms: fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
  alternatives: fc.constantFrom(0, 1),
  probe: fc.constantFrom(false, false, true),
  budgetMs: fc.constantFrom(Number.POSITIVE_INFINITY, 0, 60, 900, 3000),
  leavesAfterMs: fc.option(fc.nat({ max: 2000 }), { nil: undefined }),
  stopsAfter: fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 2, 3),
});

interface Call {
  readonly began: number;
  ended: number;
  error?: unknown;
}

/** Notes when each call began, when it ended, and with which error. */
const timed = (next: ChatHandler, calls: Call[]): ChatHandler =>
  async function* (asked, context) {
    const call: Call = { began: performance.now(), ended: Number.NaN };
    calls.push(call);
    try {
      yield* next(asked, context);
    } catch (error) {
      call.error = error;
      throw error;
    } finally {
      call.ended = performance.now();
    }
  };

/** A consumer that stops after so many events. */
async function* first<Item>(count: number, items: AsyncIterable<Item>): AsyncGenerator<Item> {
  let seen = 0;
  for await (const item of items) {
    yield item;
    seen += 1;
    if (seen === count) return;
  }
}

it('whatever the calls do, there is one terminal, the text of one call, and waits within bounds', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ plans, limits, randoms, leavesAfterMs, stopsAfter, ...rest }) => {
      const { alternatives, probe, budgetMs } = rest;
      const scripts = plans.map(toScript);
      const calls: Call[] = [];
      const handler = retry({ ...limits, random: () => randoms.next().value })(
        timed(inTurn(...(scripts as [Script, ...Script[]])), calls),
      );
      const context = contextOf();
      const deadline = performance.now() + budgetMs;
      const inside: PolicyContext = { ...context, alternatives, probe, deadline };
      const leaving = leavesAfterMs === undefined ? undefined : setTimeout(context.abort, leavesAfterMs);
      const reading = read(first(stopsAfter, handler(request, inside))).then((outcome) => {
        clearTimeout(leaving);
        const remains = [vi.getTimerCount(), getEventListeners(context.signal, 'abort').length];
        return { ...outcome, remains };
      });
      await vi.runAllTimersAsync();
      const { events, error, remains } = await reading;

      expect(remains).toEqual([0, 0]);
      expect(scripts.every((each) => each.closed === each.calls.length)).toBe(true);
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.length).toBeLessThanOrEqual(probe ? 1 : limits.attempts);

      const answering = plans[calls.length - 1] as Plan;
      // A cut after content is for `recordAttempt` to tell.
      const cut = error === undefined && answering.words > 0 && answering.ending.length === 0;
      const ends = events.filter(({ type }) => type === 'response-end').length;
      const terminals = ends + (error === undefined ? 0 : 1);
      if (events.length < stopsAfter && !cut) expect(terminals).toBe(1);
      else expect(terminals).toBeLessThanOrEqual(1);
      const spoken = events.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : []));
      expect(spoken).toEqual(spoken.map((_, word) => `${calls.length - 1}.${word}`));
      expect(events.filter(({ type }) => type === 'response-start').length).toBeLessThanOrEqual(1);

      const longest =
        alternatives > 0 ? Math.min(limits.maxDelayMs, limits.maxRetryAfterMs) : limits.maxRetryAfterMs;
      for (const [retries, call] of calls.slice(1).entries()) {
        const before = calls[retries] as Call;
        const slept = call.began - before.ended;
        expect(call.began).toBeLessThan(deadline);
        const asked = isChatError(before.error) ? before.error.retryAfterMs : undefined;
        if (asked) expect([slept, asked <= longest]).toEqual([asked, true]);
        else
          expect(slept).toBeLessThanOrEqual(Math.min(limits.maxDelayMs, limits.baseDelayMs * 2 ** retries));
      }
    }),
    { numRuns: 500 },
  );
});
