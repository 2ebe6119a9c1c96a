import type { TargetName } from './policy-context.js';
import type { TargetLoad } from './target-load.js';

/**
 * `weighted`: at random, in proportion to the weights. `least-busy`: the fewest attempts in flight for its weight first.
 * `latency`: whichever of two taken at random has the quicker first content, its load and weight considered.
 */
export type BalanceStrategy = 'weighted' | 'least-busy' | 'latency';

/** A target with its share. */
export interface WeightedTarget extends TargetName {
  /** Its share in comparison with the others, above 0; default 1. */
  readonly weight?: number;
}

/**
 * Orders targets for one call; `fallback` then asks them in this order, so that the first is the choice and the others
 * are its substitutes. The result holds each target exactly once. `random` gives numbers from 0 up to, but not
 * including, 1.
 */
export const balance = (
  strategy: BalanceStrategy,
  load: TargetLoad,
  random: () => number = Math.random,
): (<Target extends WeightedTarget>(targets: readonly Target[]) => readonly Target[]) => {
  // An exponential waiting time with the weight as its rate: whoever is due first was drawn in proportion to the weight.
  const byWeight = <Target extends WeightedTarget>(targets: readonly Target[]): readonly Target[] =>
    sortedBy(targets, (target) => -Math.log1p(-random()) / weightOf(target));

  return (targets) => {
    switch (strategy) {
      case 'weighted':
        return byWeight(targets);
      case 'least-busy':
        return sortedBy(byWeight(targets), (target) => load.inFlight(target) / weightOf(target));
      case 'latency':
        return twoChoices(targets, random, (target) => {
          const waitMs = load.latencyMs(target) * (load.inFlight(target) + 1);
          return waitMs / weightOf(target);
        });
    }
  };
};

const weightOf = ({ weight = 1, provider, model }: WeightedTarget): number => {
  if (weight > 0 && weight < Number.POSITIVE_INFINITY) return weight;
  throw new TypeError(`The weight of "${provider}/${model}" must be a number above 0, not ${weight}`);
};

/** Ascending; items with the same key keep their order. The key of each is taken once. */
const sortedBy = <Item>(items: readonly Item[], keyOf: (item: Item) => number): readonly Item[] =>
  items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ item }) => item);

/**
 * Draws two and takes the cheaper one, until none is left. The very cheapest is not always first, so that calls which
 * come at the same time do not all go to the same target.
 */
const twoChoices = <Item>(
  items: readonly Item[],
  random: () => number,
  costOf: (item: Item) => number,
): readonly Item[] => {
  const left = items.map((item) => ({ item, cost: costOf(item) }));
  const order: Item[] = [];
  const draw = (): (typeof left)[number] | undefined => left.splice(Math.floor(random() * left.length), 1)[0];
  for (let one = draw(); one; one = draw()) {
    const other = draw();
    const [better, worse] = other && other.cost < one.cost ? [other, one] : [one, other];
    order.push(better.item);
    if (worse) left.push(worse);
  }
  return order;
};
