import { ChatError } from './error.js';
import type { Provider } from './provider.js';
import {
  expandTier,
  splitPrefix,
  splitTag,
  type Target,
  type TierStrategy,
  type TierTable,
} from './route.js';

/** What `createRegistry` takes: where names lead that name no provider themselves. */
export interface RegistryOptions {
  /** Id of the provider that answers for names without a known prefix. */
  readonly defaultProvider: string;
  /** Tiers and aliases: a name for one model ID, or for several that are tried in order. */
  readonly models?: TierTable;
  /**
   * Prefixes that never fall through to the default provider, with a sentence that says how to configure each, for
   * when no provider of that id is registered.
   */
  readonly reservedPrefixes?: Readonly<Record<string, string>>;
  /** Tags that route: `{ cloud: "x" }` sends `m:cloud` and `m:7b-cloud` to provider `x` without the tag. */
  readonly tagRoutes?: Readonly<Record<string, string>>;
}

/** Where a model name leads. */
export interface Route {
  /** The name that was asked for. */
  readonly requested: string;
  /** The tier that was asked for, when the name is one. */
  readonly tier?: string;
  /** At least one; further ones are tried in order when the one before cannot answer. */
  readonly targets: readonly Target[];
  /** The same targets in the groups that are asked one after the other, each in the order of its strategy. */
  readonly groups: readonly TargetGroup[];
}

/** Targets that are asked in the order of a strategy. */
export interface TargetGroup {
  /** In which order they are asked. */
  readonly strategy: TierStrategy;
  /** At least one, as the tier lists them. */
  readonly targets: readonly Target[];
}

/** The providers of one host, and where each model name leads. */
export interface Registry {
  /** Id of the provider that answers for names without a known prefix. */
  readonly defaultProvider: string;
  /** Names of the tiers, in the order of the config. */
  readonly tiers: readonly string[];
  /** Adds a provider; throws an `Error` for a bad or duplicate id or an unknown specification version. */
  register(provider: Provider): void;
  /** The provider of that id; undefined when none is registered. */
  get(id: string): Provider | undefined;
  /** All providers in the order of their registration. */
  list(): readonly Provider[];
  /** Finds the targets for a model name; throws `provider-unavailable` or `invalid-request`. */
  resolve(model: string): Route;
  /** Resolves every tier; throws an `Error` that names the first one with a cycle or an unknown provider. */
  validate(): void;
}

const assertRegistrable = (provider: Provider, taken: boolean): void => {
  if (provider.specificationVersion !== 'v1') {
    throw new Error(
      `provider ${JSON.stringify(provider.id)} speaks specification ${JSON.stringify(provider.specificationVersion)}, this version knows "v1"`,
    );
  }
  if (!/^[^/:\s]+$/.test(provider.id)) {
    throw new Error(
      `provider id ${JSON.stringify(provider.id)} must not be empty or hold "/", ":" or white space`,
    );
  }
  if (taken) throw new Error(`provider id ${JSON.stringify(provider.id)} is registered twice`);
};

const assertModel = (model: string, name: string, found: string): void => {
  if (model.trim() !== '') return;
  throw new ChatError('invalid-request', `model ${JSON.stringify(name)} names ${found} but no model`, {
    path: 'model',
  });
};

/** An explicit registry; there is no global one. */
export const createRegistry = (options: RegistryOptions): Registry => {
  const providers = new Map<string, Provider>();
  const tiers = new Map(Object.entries(options.models ?? {}));
  const reserved = new Map(Object.entries(options.reservedPrefixes ?? {}));
  const tags = new Map(Object.entries(options.tagRoutes ?? {}));

  const need = (id: string, model: string): Provider => {
    const provider = providers.get(id);
    if (provider) return provider;
    const hint = reserved.get(id);
    throw new ChatError('provider-unavailable', `${id} is not configured${hint ? `: ${hint}` : ''}`, {
      provider: id,
      model,
    });
  };

  const resolveTarget = (name: string): Target => {
    const prefixed = splitPrefix(name, (id) => providers.has(id) || reserved.has(id));
    if (prefixed) {
      const { id, model } = prefixed;
      assertModel(model, name, 'a provider');
      return { provider: need(id, model), model, reason: `the prefix "${id}/" names the provider` };
    }
    const tagged = splitTag(name, tags);
    if (tagged) {
      const { id, model, tag } = tagged;
      assertModel(model, name, 'a routing tag');
      return { provider: need(id, model), model, reason: `the tag "${tag}" leads to ${id}` };
    }
    const id = options.defaultProvider;
    return { provider: need(id, name), model: name, reason: 'the default provider takes every other name' };
  };

  const resolve = (model: string): Route => {
    if (model.trim() === '') {
      throw new ChatError('invalid-request', 'model must name a model or a tier', { path: 'model' });
    }
    if (!tiers.has(model)) {
      const targets = [resolveTarget(model)];
      return { requested: model, targets, groups: [{ strategy: 'fallback', targets }] };
    }
    const seen = new Set<string>();
    const isNew = ({ provider, model: name }: Target): boolean => {
      const known = seen.size;
      return seen.add(`${provider.id}/${name}`).size > known;
    };
    const groups = expandTier(model, tiers).map(({ strategy, names }): TargetGroup => {
      const targets = names.map(({ name, via, weight }): Target => {
        const target = resolveTarget(name);
        return { ...target, reason: `${via}; ${target.reason}`, ...(weight !== undefined && { weight }) };
      });
      return { strategy, targets: targets.filter(isNew) };
    });
    return { requested: model, tier: model, targets: groups.flatMap(({ targets }) => targets), groups };
  };

  return {
    defaultProvider: options.defaultProvider,
    tiers: [...tiers.keys()],
    register(provider) {
      assertRegistrable(provider, providers.has(provider.id));
      providers.set(provider.id, provider);
    },
    get: (id) => providers.get(id),
    list: () => [...providers.values()],
    resolve,
    validate() {
      for (const tier of tiers.keys()) {
        try {
          resolve(tier);
        } catch (error) {
          throw new Error(`models.${tier}: ${(error as Error).message}`, { cause: error });
        }
      }
    },
  };
};
