import { ChatError } from './error.js';
import type { Provider } from './provider.js';

/** One provider and the model to ask it for. */
export interface Target {
  /** Who is asked. */
  readonly provider: Provider;
  /** The model as it is sent upstream. */
  readonly model: string;
  /** Why the name leads here, in a sentence. */
  readonly reason: string;
  /** Its share among the targets of a balanced group; default 1. */
  readonly weight?: number;
}

/**
 * In which order the targets of a group are asked: as they are listed; by weighted chance; the one with the fewest calls
 * in flight first; the one that began to answer soonest of late first.
 */
export type TierStrategy = 'fallback' | 'weighted' | 'least-busy' | 'latency';

/** A tier with a strategy. A balanced one (any but `fallback`) lists models and aliases, no other tiers. */
export interface Tier {
  /** Model IDs and tiers; `weight` is the share among a balanced tier's targets, default 1. */
  readonly targets: readonly (string | { readonly model: string; readonly weight?: number })[];
  /** Default `fallback`. */
  readonly strategy?: TierStrategy;
}

/** Tiers and aliases by name. */
export type TierTable = Readonly<Record<string, string | readonly string[] | Tier>>;

/** Where the names of a list stand: in the plain order, or in the group of a balanced tier. */
interface Place {
  readonly strategy: TierStrategy;
  /** The balanced tier. */
  readonly tier?: string;
  readonly weight?: number;
}

/** Model names that are asked in the order of a strategy. */
interface NameGroup extends Pick<Place, 'strategy' | 'tier'> {
  readonly names: { readonly name: string; readonly via: string; readonly weight?: number }[];
}

/** The part before the first `/`, when it is a known provider id. */
export const splitPrefix = (
  name: string,
  isKnown: (id: string) => boolean,
): { id: string; model: string } | undefined => {
  const slash = name.indexOf('/');
  if (slash <= 0) return undefined;
  const id = name.slice(0, slash);
  return isKnown(id) ? { id, model: name.slice(slash + 1) } : undefined;
};

/** The part after the last `:`, when it is a routing tag or ends in `-` and one; case does not matter. */
export const splitTag = (
  name: string,
  tags: ReadonlyMap<string, string>,
): { id: string; model: string; tag: string } | undefined => {
  const colon = name.lastIndexOf(':');
  if (colon < 0) return undefined;
  const last = name.slice(colon + 1).toLowerCase();
  for (const [tag, id] of tags) {
    if (last === tag) return { id, model: name.slice(0, colon), tag: `:${tag}` };
    if (colon > 0 && last.endsWith(`-${tag}`) && last.length > tag.length + 1) {
      return { id, model: name.slice(0, name.length - tag.length - 1), tag: `-${tag}` };
    }
  }
  return undefined;
};

const unusable = (tier: string, why: string): ChatError =>
  new ChatError('provider-unavailable', `the tier ${JSON.stringify(tier)} is not usable: ${why}`);

const toTier = (entry: TierTable[string]): Tier => {
  if (typeof entry === 'string') return { targets: [entry] };
  return 'targets' in entry ? entry : { targets: entry };
};

const describePath = (path: readonly string[]): string => path.map((step) => `"${step}"`).join(' → ');

/**
 * The model IDs of a tier in the groups that are asked one after the other, tiers inside tiers opened, duplicates kept
 * once. Throws `provider-unavailable` on a cycle, for an empty list, and for a list inside a balanced tier.
 */
export const expandTier = (
  tier: string,
  tiers: ReadonlyMap<string, TierTable[string]>,
): readonly NameGroup[] => {
  const groups: NameGroup[] = [];
  const seen = new Set<string>();

  const add = (name: string, path: readonly string[], place: Place): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const { strategy, tier: balanced, weight } = place;
    let group = groups.at(-1);
    if (!group || group.tier !== balanced) {
      group = { strategy, ...(balanced !== undefined && { tier: balanced }), names: [] };
      groups.push(group);
    }
    const via = `the tier ${describePath(path)} lists "${name}"`;
    group.names.push({ name, via, ...(weight !== undefined && { weight }) });
  };

  const open = (name: string, path: readonly string[], place: Place): void => {
    if (path.includes(name)) {
      throw unusable(tier, `it leads back to itself: ${[...path, name].join(' → ')}`);
    }
    const entry = tiers.get(name);
    if (entry === undefined) {
      add(name, path, place);
      return;
    }
    const { targets, strategy = 'fallback' } = toTier(entry);
    if (place.tier !== undefined && (targets.length > 1 || strategy !== 'fallback')) {
      throw unusable(tier, `"${place.tier}" is balanced, but lists "${name}", which is not a single model`);
    }
    for (const target of targets) {
      const { model, weight } = typeof target === 'string' ? { model: target } : target;
      const balanced = { strategy, tier: name, ...(weight !== undefined && { weight }) };
      open(model, [...path, name], strategy === 'fallback' ? place : balanced);
    }
  };

  open(tier, [], { strategy: 'fallback' });
  if (groups.length === 0) throw unusable(tier, 'it lists no model');
  return groups;
};
