import { ChatError, type ChatHandler, compose } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type CircuitChange, createCircuitBreaker } from '../src/circuit-breaker.js';
import type { PolicyContext } from '../src/policy-context.js';
import { contextOf, end, read, request, start, type TestContext, text } from './support/handlers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const target = { provider: 'lab', model: 'm' };
const rules = { failures: 3, failureShare: 0.5, windowMs: 1000, cooldownMs: 500 };

const errors = {
  fail: new ChatError('unreachable', 'gone'),
  limit: new ChatError('rate-limited', 'slow down'),
  reject: new ChatError('invalid-request', 'wrong'),
  decline: new ChatError('unsupported', 'cannot'),
};
type Ending = keyof typeof errors | 'complete' | 'leave';

const who = fc.nat({ max: 40 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('begin' as const), calls: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('content' as const), who }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      who,
      how: fc.constantFrom<Ending>('fail', 'fail', 'fail', 'limit', 'reject', 'decline', 'complete', 'leave'),
    }),
  },
  // In tenths of the window, so that the model needs no buckets.
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('pass' as const), tenths: fc.integer({ min: 1, max: 12 }) }),
  },
);

/** The rules of the circuit in the plainest form: a list of what happened, and a number for each time between changes. */
const createModel = () => {
  let log: { at: number; failed: boolean }[] = [];
  let state: 'closed' | 'open' | 'half-open' = 'closed';
  let openUntil = 0;
  let era = 0;
  let failures = 0;
  let probe: object | undefined;
  const changes: string[] = [];
  const move = (to: typeof state): void => {
    changes.push(`${state} ${to}`);
    state = to;
    era += 1;
    probe = undefined;
  };
  const recent = () => log.filter(({ at }) => at > performance.now() - rules.windowMs);
  const model = {
    changes,
    look: () => {
      if (state === 'open' && performance.now() >= openUntil) move('half-open');
      const failed = recent().filter((entry) => entry.failed).length;
      return { state, failures: state === 'closed' ? failed : failures };
    },
    begin: () => {
      model.look();
      if (state === 'open' || probe) return undefined;
      const call: { era: number; success?: { at: number; failed: boolean } } = { era };
      if (state === 'half-open') probe = call;
      return call;
    },
    content: (call: { era: number; success?: { at: number; failed: boolean } }): void => {
      if (call === probe) {
        log = [];
        move('closed');
        call.era = era;
      } else if (call.era === era && state === 'closed') {
        call.success = { at: performance.now(), failed: false };
        log.push(call.success);
      }
    },
    end: (call: { era: number; success?: { at: number; failed: boolean } }, how: Ending): void => {
      const isProbe = call === probe;
      if (how === 'fail' && (isProbe || (call.era === era && state === 'closed'))) {
        log = log.filter((entry) => entry !== call.success);
        log.push({ at: performance.now(), failed: true });
        const failed = recent().filter((entry) => entry.failed).length;
        const isEnough = failed >= rules.failures && failed >= rules.failureShare * recent().length;
        if (!isProbe && !isEnough) return;
        failures = failed;
        openUntil = performance.now() + rules.cooldownMs;
        move('open');
      } else if (isProbe && (how === 'limit' || how === 'reject')) {
        log = [];
        move('closed');
      } else if (isProbe) {
        probe = undefined;
      }
    },
  };
  return model;
};

type ModelCall = NonNullable<ReturnType<ReturnType<typeof createModel>['begin']>>;

interface Call {
  readonly model: ModelCall;
  readonly context: TestContext;
  readonly release: (event: 'content' | Ending) => void;
  hasContent: boolean;
  over: boolean;
}

it('does what the plain model does for any calls, endings and pauses, and never lets two probes go at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const changes: CircuitChange[] = [];
      const breaker = createCircuitBreaker({ ...rules, onChange: (change) => changes.push(change) });
      const model = createModel();
      const calls: Call[] = [];
      let asked = 0;
      let probes = 0;
      let mostProbes = 0;
      const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

      const begin = (): void => {
        const expected = model.begin();
        const context = contextOf();
        let wake: (event: 'content' | Ending) => void = () => undefined;
        const next = (): Promise<'content' | Ending> =>
          new Promise((resolve) => {
            wake = resolve;
          });
        const inner: ChatHandler = async function* (_, { probe = false }: PolicyContext) {
          asked += 1;
          let probing = probe;
          probes += Number(probing);
          mostProbes = Math.max(mostProbes, probes);
          try {
            yield start;
            for (;;) {
              const event = await next();
              probes -= Number(probing); // with its content or its end it holds the place no more
              probing = false;
              if (event === 'content') yield text('a');
              else if (event === 'complete') {
                yield end;
                return;
              } else if (event === 'leave') throw new Error('socket closed');
              else throw errors[event];
            }
          } finally {
            probes -= Number(probing);
          }
        };
        const handler = compose([breaker.guard(target), breaker.observe(target)])(inner);
        const before = asked;
        const reading = read(handler(request, context));
        if (!expected) {
          expect(asked).toBe(before);
          void reading.then(({ error }) => expect(error).toMatchObject({ code: 'overloaded' }));
          return;
        }
        const call: Call = {
          model: expected,
          context,
          release: (event) => wake(event),
          hasContent: false,
          over: false,
        };
        calls.push(call);
      };

      const run = async (call: Call | undefined, event: 'content' | Ending): Promise<void> => {
        if (!call || call.over) return;
        if (event === 'leave') call.context.abort();
        if ((event === 'content' || event === 'complete') && !call.hasContent) {
          call.hasContent = true;
          model.content(call.model);
        }
        if (event !== 'content') {
          call.over = true;
          model.end(call.model, event);
        }
        call.release(event);
        await settle();
      };

      for (const next of steps) {
        if (next.type === 'begin') for (let count = 0; count < next.calls; count += 1) begin();
        else if (next.type === 'content') await run(calls[next.who % calls.length], 'content');
        else if (next.type === 'end') await run(calls[next.who % calls.length], next.how);
        else await vi.advanceTimersByTimeAsync((next.tenths * rules.windowMs) / 10);
        await settle();
        expect(asked).toBe(calls.length);
        expect(mostProbes).toBeLessThanOrEqual(1);
        const { state, failures } = breaker.statusOf(target);
        expect({ state, failures }).toEqual(model.look());
        expect(changes.map(({ from, to }) => `${from} ${to}`)).toEqual(model.changes);
      }
      for (const call of calls) await run(call, 'leave');
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 250 },
  );
});
