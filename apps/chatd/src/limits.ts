import type { ChatMiddleware } from '@lakehouse/chat-core';
import {
  type ConcurrencyLimit,
  type ConcurrencyOptions,
  createConcurrencyLimit,
  createPlaces,
  type PlaceRules,
  type Places,
  type TargetName,
} from '@lakehouse/chat-policies';
import type { ChatdConfig } from './config.js';

/** How many calls run and wait. */
export interface Occupancy {
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
  /** Of the whole service. */
  readonly whole: Occupancy;
  /** Around the calls of one target. */
  of(target: TargetName): ChatMiddleware;
  /** Of one provider; absent when it was never called. */
  occupancy(provider: string): Occupancy | undefined;
  /** Takes over what a config says. */
  configure(config: LimitedConfig): void;
}

/** What of a config is about limits. */
export type LimitedConfig = Pick<ChatdConfig, 'limits' | 'providers'>;

/** Whose places: those of a provider, by its id, or of the whole service. */
export type PlacesOwner = string;

/** No id of a provider holds a slash. */
const wholeService: PlacesOwner = '/';

/** What a config says about the places of one owner. */
export const limitOptions = (
  { limits, providers }: LimitedConfig,
  owner: PlacesOwner,
): ConcurrencyOptions => {
  const { maxConcurrent, maxQueue, queueTimeoutMs } = limits;
  const limit =
    owner === wholeService ? maxConcurrent : providers.find(({ id }) => id === owner)?.concurrency;
  return { ...(limit !== undefined && { limit }), maxQueue, queueTimeoutMs };
};

/** `placesOf` gives the places where they are not this process's own. */
export const createLimits = (
  first: LimitedConfig,
  placesOf: (owner: PlacesOwner, rules: PlaceRules) => Places = (_owner, rules) => createPlaces(rules),
): Limits => {
  let config = first;
  const create = (owner: PlacesOwner, name: string): ConcurrencyLimit => {
    const options = limitOptions(config, owner);
    return createConcurrencyLimit(name, options, placesOf(owner, options));
  };

  const service = create(wholeService, 'chatd');
  const providers = new Map<string, ConcurrencyLimit>();
  return {
    service: service.guard(),
    whole: service,
    of(target) {
      let limit = providers.get(target.provider);
      if (!limit) {
        limit = create(target.provider, target.provider);
        providers.set(target.provider, limit);
      }
      return limit.guard(target);
    },
    occupancy: (provider) => providers.get(provider),
    configure(next) {
      config = next;
      service.configure(limitOptions(config, wholeService));
      for (const [id, limit] of providers) limit.configure(limitOptions(config, id));
    },
  };
};
