import { getEventListeners } from 'node:events';
import { vi } from 'vitest';
import {
  type ConcurrencyLimit,
  type ConcurrencyOptions,
  createConcurrencyLimit,
} from '../../src/concurrency.js';
import {
  contextOf,
  end,
  type Outcome,
  read,
  request,
  type Script,
  script,
  start,
  type TestContext,
  text,
} from './handlers.js';

export const target = { provider: 'lab', model: 'm' };
export const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
export const limitOf = (options: Partial<ConcurrencyOptions> = {}): ConcurrencyLimit =>
  createConcurrencyLimit('lab', { limit: 1, maxQueue: 16, queueTimeoutMs: 10_000, ...options });

export interface Call {
  readonly context: TestContext;
  readonly inner: Script;
  readonly outcome: Promise<Outcome>;
}

/** A call that answers after so many milliseconds. */
export const call = (limit: ConcurrencyLimit, ms = 1000, context = contextOf()): Call => {
  const inner = script(start, ms, text('a'), end);
  return { context, inner, outcome: read(limit.guard(target)(inner)(request, context)) };
};

export const counts = ({ running, queued }: ConcurrencyLimit): number[] => [running, queued];
export const started = (calls: readonly Call[]): boolean[] =>
  calls.map(({ inner }) => inner.calls.length === 1);

/** Timers and listeners that the waiting calls left, once all is over. */
export const remains = (calls: readonly Call[]): number[] => [
  vi.getTimerCount(),
  ...calls.map(({ context }) => getEventListeners(context.signal, 'abort').length),
];
