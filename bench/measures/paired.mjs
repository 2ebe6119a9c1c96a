import { comparePairs, measurePairs } from '../lib/pairs.mjs';

/**
 * Interleaved pairs over as many generations of processes as the mode says. `prepare(running)` warms one side,
 * `sample(running)` measures it once. With `isPlaced` both sides of a pair have the same core.
 */
export const runPaired = async (stage, mode, { subject, reference, prepare, sample, isPlaced }) => {
  const pairs = [];
  for (let generation = 0; generation < mode.generations; generation += 1) {
    if (mode.generations > 1) await stage.restart();
    const sides = { subject: await stage.get(subject), reference: await stage.get(reference) };
    await prepare(sides.subject);
    await prepare(sides.reference);
    const measured = await measurePairs(mode.pairs, (side) => sample(sides[side]), {
      offset: generation * mode.pairs,
      before: async () => (isPlaced ? { cores: await stage.place(Object.values(sides)) } : undefined),
    });
    pairs.push(...measured.map((pair) => ({ generation, ...pair })));
  }
  return pairs;
};

/** What pairs of closed loops say. */
export const summarizeLoops = (pairs) => ({
  cpu: comparePairs(pairs, 'cpu'),
  perSecond: comparePairs(pairs, 'perSecond'),
  p50: comparePairs(pairs, 'p50'),
  p99: comparePairs(pairs, 'p99'),
});
