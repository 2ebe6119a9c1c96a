import type { Circuit } from './circuit.js';
import type { TargetName } from './policy-context.js';

/** The circuits of all targets, of which there are never more than so many. */
export interface CircuitStore {
  find(target: TargetName): Circuit | undefined;
  /** Finds or makes one, and remembers that it was used. */
  use(target: TargetName): Circuit;
  /** Drops it if it is idle. */
  release(target: TargetName, circuit: Circuit): void;
  /** All that are not idle, the one that was unused the longest first. */
  entries(): readonly (readonly [TargetName, Circuit])[];
}

/** Unambiguous, whatever the names hold. */
const keyOf = ({ provider, model }: TargetName): string => `${provider.length}:${provider}/${model}`;

export const createCircuitStore = (most: number, create: (target: TargetName) => Circuit): CircuitStore => {
  // A map keeps its order of insertion; what is used is inserted again.
  const held = new Map<string, { readonly target: TargetName; readonly circuit: Circuit }>();

  const dropIdle = (): void => {
    for (const [key, { circuit }] of held) if (circuit.isIdle()) held.delete(key);
  };
  const makeRoom = (): void => {
    if (held.size < most) return;
    dropIdle();
    for (const [key, { circuit }] of held) {
      if (held.size < most) return;
      held.delete(key);
      circuit.forget();
    }
  };

  return {
    find: (target) => held.get(keyOf(target))?.circuit,
    use(target) {
      const key = keyOf(target);
      const known = held.get(key);
      if (known && held.size === 1) return known.circuit; // to move the only one within the map would make it grow
      if (known) held.delete(key);
      else makeRoom();
      const { provider, model } = target;
      const entry = known ?? { target: { provider, model }, circuit: create(target) };
      held.set(key, entry);
      return entry.circuit;
    },
    release(target, circuit) {
      const key = keyOf(target);
      if (circuit.isIdle() && held.get(key)?.circuit === circuit) held.delete(key);
    },
    entries() {
      dropIdle();
      return [...held.values()].map(({ target, circuit }) => [target, circuit] as const);
    },
  };
};
