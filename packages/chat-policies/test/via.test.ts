import { ChatError, type ChatMiddleware } from '@lakehouse/chat-core';
import { expect, it } from 'vitest';
import {
  buffered,
  createCircuitBreaker,
  createConcurrencyLimit,
  createTargetLoad,
  enforceEventRules,
  fallback,
  hedge,
  recordAttempt,
  retry,
  timeout,
} from '../src/index.js';
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

const name = { provider: 'p', model: 'm' };
const limits = { attempts: 2, baseDelayMs: 0, maxDelayMs: 0, maxRetryAfterMs: 0 };
const breaker = createCircuitBreaker({ failures: 5, windowMs: 1000, cooldownMs: 1000 });

const policies: Readonly<Record<string, ChatMiddleware>> = {
  buffered: buffered(),
  'circuit breaker, guard': breaker.guard(name),
  'circuit breaker, observe': breaker.observe(name),
  'concurrency limit': createConcurrencyLimit('p', { limit: 1, maxQueue: 1, queueTimeoutMs: 1000 }).guard(
    name,
  ),
  'event rules': enforceEventRules('p'),
  fallback: (next) => fallback([{ ...name, handler: next }]),
  load: createTargetLoad().observe(name),
  'recorded attempt': recordAttempt(name),
  retry: retry(limits),
  timeout: timeout({ totalMs: 1000 }),
};

const via = ['first', 'second'];
const viaOf = ({ calls }: Script): unknown => calls.map(({ context }) => context.via);

it.each(Object.entries(policies))('%s passes on through which hosts a call came', async (_name, policy) => {
  const handler = script(start, text('Hi'), end);
  await read(policy(handler)(request, { ...contextOf(), via }));
  expect(viaOf(handler)).toEqual([via]);
});

it('a repeated call and a second attempt have it too', async () => {
  const failing = script(new ChatError('unreachable', 'gone'));
  const answering = script(start, text('Hi'), end);
  await read(retry(limits)(inTurn(failing, answering))(request, { ...contextOf(), via }));
  const slow = script(60_000);
  const second = script(start, text('Hi'), end);
  await read(hedge({ delayMs: 1, second })(slow)(request, { ...contextOf(), via }));
  expect([failing, answering, slow, second].map(viaOf)).toEqual([[via], [via], [via], [via]]);
});
