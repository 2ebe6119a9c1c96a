import { getEventListeners } from 'node:events';
import { ChatError, type ChatHandler, isChatError } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createConcurrencyLimit } from '../src/concurrency.js';
import { contextOf, end, read, request, start, type TestContext, text } from './support/handlers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const queueTimeoutMs = 100;
const who = fc.nat({ max: 30 });
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('arrive' as const) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('end' as const, 'fail' as const), who }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('abort' as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('configure' as const),
      limit: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      maxQueue: fc.nat({ max: 6 }),
    }),
  },
);
/** What happens in one tick, and how long nothing happens after it. */
const tick = fc.record({
  actions: fc.array(action, { minLength: 1, maxLength: 4 }),
  pauseMs: fc.constantFrom(0, 0, 0, 40, 120),
});

interface Call {
  readonly context: TestContext;
  readonly finish: (failure?: ChatError) => void;
  /** What the options promise it at its arrival. */
  readonly expected: 'runs' | 'waits' | 'refused';
  state: 'waits' | 'runs' | 'over';
  error?: unknown;
}

it('whatever comes, ends, leaves and changes: never too many run, nobody is lost or overtaken, and all places come back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tick, { maxLength: 25, size: 'max' }), async (ticks) => {
      let options: { limit?: number; maxQueue: number } = { limit: 2, maxQueue: 3 };
      const limit = createConcurrencyLimit('lab', { ...options, queueTimeoutMs });
      const calls: Call[] = [];
      const order: number[] = [];
      let tooMany = false;
      const running = (): number => calls.filter(({ state }) => state === 'runs').length;
      let most = 2; // the highest limit that stood since all was quiet
      const room = (): number => options.limit ?? Number.POSITIVE_INFINITY;

      const arrive = (): void => {
        const context = contextOf();
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        promise.catch(() => undefined); // it may be told to fail before it is asked
        context.signal.addEventListener('abort', () => reject(new Error('socket closed')), { once: true });
        const index = calls.length;
        const inner: ChatHandler = async function* () {
          call.state = 'runs';
          order.push(index);
          tooMany ||= running() > most;
          try {
            yield start;
            await promise;
            yield text('a');
            yield end;
          } finally {
            call.state = 'over';
          }
        };
        const waits = limit.queued >= options.maxQueue ? 'refused' : 'waits';
        const call: Call = {
          context,
          finish: (failure) => (failure ? reject(failure) : resolve()),
          expected: limit.running < room() ? 'runs' : waits,
          state: 'waits',
        };
        calls.push(call);
        void read(limit.guard()(inner)(request, context)).then(({ error }) => {
          call.state = 'over';
          call.error = error;
        });
      };

      for (const { actions, pauseMs } of ticks) {
        for (const next of actions) {
          if (next.type === 'arrive') arrive();
          else if (next.type === 'configure') {
            options = { maxQueue: next.maxQueue, ...(next.limit !== undefined && { limit: next.limit }) };
            most = Math.max(most, room());
            limit.configure({ ...options, queueTimeoutMs });
          } else if (next.type === 'abort') calls[next.who]?.context.abort();
          else
            calls[next.who]?.finish(next.type === 'fail' ? new ChatError('unreachable', 'gone') : undefined);
        }
        await vi.advanceTimersByTimeAsync(pauseMs);
        const waiting = calls.filter(({ state }) => state === 'waits').length;
        expect([limit.running, limit.queued]).toEqual([running(), waiting]);
        expect(tooMany).toBe(false);
        if (waiting > 0) expect(running()).toBeGreaterThanOrEqual(room());
        most = Math.max(room(), running());
      }

      for (let round = 0; round <= calls.length; round += 1) {
        for (const { state, finish } of calls) if (state === 'runs') finish();
        await vi.advanceTimersByTimeAsync(0);
      }
      expect([limit.running, limit.queued, vi.getTimerCount()]).toEqual([0, 0, 0]);
      expect(order).toEqual(order.toSorted((one, other) => one - other));
      calls.forEach(({ state, expected, error, context }, index) => {
        expect(state).toBe('over');
        const code = isChatError(error) ? error.code : undefined;
        if (expected === 'refused') expect(code).toBe('overloaded');
        if (expected === 'runs') expect(code).not.toBe('overloaded');
        if (error === undefined) expect(order).toContain(index);
        // One listener is the test's own.
        if (!context.signal.aborted) expect(getEventListeners(context.signal, 'abort')).toHaveLength(1);
      });
    }),
    { numRuns: 300 },
  );
});
