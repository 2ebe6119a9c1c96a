import {
  ChatError,
  type ChatErrorOptions,
  type ChatHandler,
  compose,
  type ErrorCode,
} from '@lakehouse/chat-core';
import { expect, vi } from 'vitest';
import {
  type CircuitBreaker,
  type CircuitBreakerOptions,
  createCircuitBreaker,
} from '../../src/circuit-breaker.js';
import { contextOf, end, type Outcome, read, request, type Step, script, start, text } from './handlers.js';

export const lab = { provider: 'lab', model: 'm' };

/** Three failures open it for ten seconds; the window is 30 seconds. */
export const breakerOf = (options: Partial<CircuitBreakerOptions> = {}): CircuitBreaker =>
  createCircuitBreaker({ failures: 3, windowMs: 30_000, cooldownMs: 10_000, ...options });

export const around = (breaker: CircuitBreaker, inner: ChatHandler, target = lab): ChatHandler =>
  compose([breaker.guard(target), breaker.observe(target)])(inner);

/** One call of a target that plays these steps. */
export const call = async (
  breaker: CircuitBreaker,
  steps: readonly Step[],
  { target = lab, context = contextOf() } = {},
): Promise<Outcome> => {
  const reading = read(around(breaker, script(...steps), target)(request, context));
  await vi.advanceTimersByTimeAsync(0);
  return reading;
};

export const failing = (code: ErrorCode = 'unreachable', options: ChatErrorOptions = {}): Step[] => [
  start,
  new ChatError(code, 'a text of another caller', options),
];
export const answering: Step[] = [start, text('a'), end];

export const failTimes = async (breaker: CircuitBreaker, times: number, target = lab): Promise<void> => {
  for (let count = 0; count < times; count += 1) await call(breaker, failing(), { target });
};

/** A breaker whose circuit is open since now. */
export const opened = async (options: Partial<CircuitBreakerOptions> = {}): Promise<CircuitBreaker> => {
  const breaker = breakerOf(options);
  await failTimes(breaker, 3);
  expect(breaker.statusOf(lab).state).toBe('open');
  return breaker;
};

/** One whose cooldown is over. */
export const halfOpen = async (options: Partial<CircuitBreakerOptions> = {}): Promise<CircuitBreaker> => {
  const breaker = await opened(options);
  await vi.advanceTimersByTimeAsync(10_000);
  return breaker;
};
