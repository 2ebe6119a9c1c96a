import type { BreakerTable, RetryTable, TierEntry, TimeoutTable } from './config-schema.js';

/** Time limits as the operator wrote them, in milliseconds. */
export interface TimeoutConfig {
  readonly connectMs?: number;
  readonly firstContentMs?: number;
  readonly idleMs?: number;
}

/** When the same target is called again. */
export interface RetryConfig {
  /** Calls at most, the first included. */
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxRetryAfterMs: number;
}

/** When a target is left alone for a while. */
export interface BreakerConfig {
  /** 0 means never. */
  readonly failures: number;
  readonly windowMs: number;
  readonly cooldownMs: number;
}

/** How many calls there may be at a time. */
export interface LimitConfig {
  /** Of the whole service; absent means no limit. */
  readonly maxConcurrent?: number;
  readonly maxQueue: number;
  readonly queueTimeoutMs: number;
}

/** What is special about one tier. */
export interface TierConfig {
  readonly buffered?: boolean;
  readonly hedgeMs?: number;
  readonly totalMs?: number;
  readonly retry: Partial<RetryConfig>;
}

/** A newcomer's: a fault of a moment goes unnoticed, and nobody is hammered. */
export const defaultRetry: RetryConfig = {
  attempts: 3,
  baseDelayMs: 500,
  maxDelayMs: 8_000,
  maxRetryAfterMs: 30_000,
};

/** A short cooldown: an operator who has just started the server must not wait for long. */
export const defaultBreaker: BreakerConfig = { failures: 5, windowMs: 30_000, cooldownMs: 10_000 };

/** The members of a table under other names, those that are absent left out. */
const renamed = <Name extends string>(
  table: object,
  names: Readonly<Record<string, Name>>,
): { readonly [Key in Name]?: number } =>
  Object.fromEntries(
    Object.entries(table).flatMap(([key, value]: [string, unknown]) => {
      const name = names[key];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  ) as { [Key in Name]?: number };

export const toTimeouts = (table: TimeoutTable = {}): TimeoutConfig =>
  renamed(table, { connect: 'connectMs', first_content: 'firstContentMs', idle: 'idleMs' });

export const toRetry = (table: RetryTable = {}): Partial<RetryConfig> =>
  renamed(table, {
    attempts: 'attempts',
    base_delay: 'baseDelayMs',
    max_delay: 'maxDelayMs',
    max_retry_after: 'maxRetryAfterMs',
  });

export const toBreaker = (table: BreakerTable = {}): Partial<BreakerConfig> =>
  renamed(table, { failures: 'failures', window: 'windowMs', cooldown: 'cooldownMs' });

/** Undefined for a plain name or list, about which nothing is special. */
export const toTierConfig = (entry: TierEntry): TierConfig | undefined => {
  if (typeof entry === 'string' || Array.isArray(entry)) return undefined;
  const { delivery, hedge, timeout, retry } = entry;
  return {
    ...(delivery === 'buffered' && { buffered: true }),
    ...(hedge !== undefined && { hedgeMs: hedge }),
    ...(timeout !== undefined && { totalMs: timeout }),
    retry: toRetry(retry),
  };
};
