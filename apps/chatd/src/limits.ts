import type { ChatMiddleware } from '@lakehouse/chat-core';
import { type ConcurrencyLimit, createConcurrencyLimit, type TargetName } from '@lakehouse/chat-policies';
import type { ChatdConfig } from './config.js';

/** How many calls run and wait. */
interface Occupancy {
  readonly running: number;
  readonly queued: number;
}

/**
 * The limits of this process. They outlive a reload of the config: calls that run on the old one still hold their
 * places.
 */
export interface Limits {
  /** Around the whole of a request. */
  readonly service: ChatMiddleware;
  /** Around the calls of one target. */
  of(target: TargetName): ChatMiddleware;
  /** Of one provider; absent when it was never called. */
  occupancy(provider: string): Occupancy | undefined;
  /** Takes over what a config says. */
  configure(config: LimitedConfig): void;
}

type LimitedConfig = Pick<ChatdConfig, 'limits' | 'providers'>;

export const createLimits = (first: LimitedConfig): Limits => {
  let config = first;
  const optionsOf = (limit: number | undefined) => {
    const { maxQueue, queueTimeoutMs } = config.limits;
    return { ...(limit !== undefined && { limit }), maxQueue, queueTimeoutMs };
  };
  const optionsOfProvider = (id: string) =>
    optionsOf(config.providers.find((provider) => provider.id === id)?.concurrency);

  const service = createConcurrencyLimit('chatd', optionsOf(config.limits.maxConcurrent));
  const providers = new Map<string, ConcurrencyLimit>();
  return {
    service: service.guard(),
    of(target) {
      let limit = providers.get(target.provider);
      if (!limit) {
        limit = createConcurrencyLimit(target.provider, optionsOfProvider(target.provider));
        providers.set(target.provider, limit);
      }
      return limit.guard(target);
    },
    occupancy: (provider) => providers.get(provider),
    configure(next) {
      config = next;
      service.configure(optionsOf(config.limits.maxConcurrent));
      for (const [id, limit] of providers) limit.configure(optionsOfProvider(id));
    },
  };
};
