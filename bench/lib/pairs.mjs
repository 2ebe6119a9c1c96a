import { spread } from './statistics.mjs';

/**
 * The order of interleaved pairs: who goes first alternates, so that what drifts (heat, neighbours, the JIT) favours
 * nobody.
 */
export const pairOrder = (count) =>
  Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? ['subject', 'reference'] : ['reference', 'subject'],
  );

/**
 * Measures in pairs, one side directly after the other; `measure(side)` gives one sample. `before()` gives what a pair is to be
 * told with; `offset` is how many pairs there were before.
 *
 * @param {{ offset?: number, before?: () => Promise<object | undefined> }} [options]
 */
export const measurePairs = async (count, measure, options = {}) => {
  const { offset = 0, before } = options;
  const pairs = [];
  for (const order of pairOrder(count + offset).slice(offset)) {
    const pair = { first: order[0], ...(await before?.()) };
    for (const side of order) pair[side] = await measure(side);
    pairs.push(pair);
  }
  return pairs;
};

/** What one member of the samples says: both sides, and the ratio of each pair, as median, least and most. */
export const comparePairs = (pairs, member) => ({
  subject: spread(pairs.map(({ subject }) => subject[member])),
  reference: spread(pairs.map(({ reference }) => reference[member])),
  ratio: spread(pairs.map(({ subject, reference }) => subject[member] / reference[member])),
});
