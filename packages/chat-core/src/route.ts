import { ChatError } from './error.js';
import type { Provider } from './provider.js';

/** One provider and the model to ask it for. */
export interface Target {
  readonly provider: Provider;
  /** The model as it is sent upstream. */
  readonly model: string;
  /** Why the name leads here, in a sentence. */
  readonly reason: string;
}

/** Tiers and aliases by name. */
export type TierTable = Readonly<Record<string, string | readonly string[]>>;

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

/**
 * The model IDs of a tier in order, tiers inside tiers opened, duplicates kept once. Throws `provider-unavailable` on
 * a cycle and for an empty list.
 */
export const expandTier = (
  tier: string,
  tiers: ReadonlyMap<string, string | readonly string[]>,
): readonly { name: string; via: string }[] => {
  const found = new Map<string, string>();
  const open = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      throw unusable(tier, `it leads back to itself: ${[...path, name].join(' → ')}`);
    }
    const entry = tiers.get(name);
    if (entry === undefined) {
      if (!found.has(name))
        found.set(name, `the tier ${path.map((step) => `"${step}"`).join(' → ')} lists "${name}"`);
      return;
    }
    for (const target of typeof entry === 'string' ? [entry] : entry) open(target, [...path, name]);
  };
  open(tier, []);
  if (found.size === 0) throw unusable(tier, 'it lists no model');
  return [...found].map(([name, via]) => ({ name, via }));
};
