import {
  type Attempt,
  type ChatEvent,
  type ChatHandler,
  type ChatMiddleware,
  createCallContext,
  type EventIterator,
  forEachEvent,
} from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import {
  buffered,
  createCircuitBreaker,
  createConcurrencyLimit,
  createTargetLoad,
  enforceEventRules,
  fallback,
  observeTogether,
  recordAttempt,
  retry,
  timeout,
} from '../src/index.js';

const name = { provider: 'p', model: 'm' };
const request = { model: 'm', messages: [{ role: 'user', content: 'x' }] } as const;
const events: readonly ChatEvent[] = [
  { type: 'response-start', model: 'm' },
  { type: 'text-delta', delta: 'a' },
  { type: 'text-delta', delta: 'b' },
  { type: 'response-end', finishReason: 'stop' },
];

/** What a handler does, in the order in which it does it. */
const scripted = (log: string[]): ChatHandler =>
  async function* () {
    log.push('begun');
    try {
      for (const event of events) {
        await Promise.resolve();
        yield event;
      }
    } finally {
      log.push('over');
    }
  };

const breaker = createCircuitBreaker({ failures: 5, windowMs: 30_000, cooldownMs: 1000 });
const policies: readonly (readonly [string, ChatMiddleware])[] = [
  ['retry', retry({ attempts: 2, baseDelayMs: 1, maxDelayMs: 1, maxRetryAfterMs: 1 })],
  ['timeout', timeout({ totalMs: 60_000, firstContentMs: 60_000, idleMs: 60_000 })],
  ['fallback', (next) => fallback([{ ...name, handler: next }])],
  ['places', createConcurrencyLimit('p', { limit: 1, maxQueue: 0, queueTimeoutMs: 0 }).guard(name)],
  ['circuit', breaker.guard(name)],
  ['held', buffered()],
  ['observers', observeTogether([createTargetLoad().observe(name), recordAttempt(name)])],
];

const start = (policy: ChatMiddleware, log: string[]): AsyncIterator<ChatEvent> =>
  policy(scripted(log))(request, createCallContext())[Symbol.asyncIterator]();

describe.each(policies)('a stream of the policy "%s"', (_, policy) => {
  it('gives pulls that do not wait for each other the events in order, from one call', async () => {
    const log: string[] = [];
    const stream = start(policy, log);
    const results = await Promise.all([...events, 'the end'].map(() => stream.next()));
    expect(results.map(({ value }) => value as unknown)).toEqual([...events, undefined]);
    expect(log).toEqual(['begun', 'over']);
    expect((await stream.next()).done).toBe(true);
  });

  it('closes what is inside, also during its first pull, and begins nothing after that', async () => {
    const log: string[] = [];
    const stream = start(policy, log);
    const first = stream.next();
    await stream.return?.();
    await first;
    const logged = log.join();
    expect(['', 'begun,over']).toContain(logged); // some have not begun by then
    expect((await stream.next()).done).toBe(true);
    expect(log.join()).toBe(logged);
  });

  it('begins nothing when it is closed before its first pull', async () => {
    const log: string[] = [];
    const stream = start(policy, log);
    await stream.return?.();
    expect((await stream.next()).done).toBe(true);
    expect(log).toEqual([]);
  });

  it('hands on at once what is there at once, and sees all of it', async () => {
    const left = [...events];
    const source: EventIterator & AsyncIterable<ChatEvent> = {
      [Symbol.asyncIterator]: () => source,
      next: async () => {
        const value = left.shift();
        return value ? { done: false, value } : { done: true, value: undefined };
      },
      takeReady: () => {
        const value = left.shift();
        return value ? { done: false, value } : { done: true, value: undefined };
      },
    };
    const attempts: Attempt[] = [];
    const found: ChatEvent[] = [];
    const context = { ...createCallContext(), attempts };
    await forEachEvent(policy(() => source)(request, context), (event) => void found.push(event));
    expect(found).toEqual(events);
    expect(attempts.every(({ outcome }) => outcome === 'ok')).toBe(true);
  });
});

it('a consumer of a batch gets what came before the event that breaks a rule, and then the error', async () => {
  const left: ChatEvent[] = [...events.slice(0, 2), ...events.slice(0, 1)];
  let closed = 0;
  const source: EventIterator & AsyncIterable<ChatEvent> = {
    [Symbol.asyncIterator]: () => source,
    next: async () => ({ done: false, value: left.shift() as ChatEvent }),
    takeReady: () => {
      const value = left.shift();
      return value && { done: false, value };
    },
    return: async () => {
      closed += 1;
      return { done: true, value: undefined };
    },
  };
  const attempts: Attempt[] = [];
  const watched = observeTogether([recordAttempt(name), enforceEventRules('p')])(() => source);
  const found: ChatEvent[] = [];
  const reading = forEachEvent(watched(request, { ...createCallContext(), attempts }), (event) => {
    found.push(event);
  });
  await expect(reading).rejects.toMatchObject({ code: 'internal', provider: 'p' });
  expect([found, closed]).toEqual([events.slice(0, 2), 1]);
  expect(attempts).toMatchObject([{ outcome: 'error', code: 'internal', outputCharacters: 1 }]);
});

it('an end that is told at once is looked at like any other', async () => {
  const left: ChatEvent[] = events.slice(0, 2);
  const take = (): IteratorResult<ChatEvent> => {
    const value = left.shift();
    return value ? { done: false, value } : { done: true, value: undefined };
  };
  const source: EventIterator & AsyncIterable<ChatEvent> = {
    [Symbol.asyncIterator]: () => source,
    next: async () => take(),
    takeReady: take,
  };
  const attempts: Attempt[] = [];
  const watched = observeTogether([recordAttempt(name), enforceEventRules('p')])(() => source);
  const found: ChatEvent[] = [];
  const reading = forEachEvent(watched(request, { ...createCallContext(), attempts }), (event) => {
    found.push(event);
  });
  await expect(reading).rejects.toMatchObject({ code: 'bad-response', provider: 'p' });
  expect(found).toEqual(events.slice(0, 2));
  expect(attempts).toMatchObject([{ outcome: 'error', code: 'bad-response', outputCharacters: 1 }]);
});
