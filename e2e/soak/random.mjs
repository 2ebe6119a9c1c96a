/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export const createRandom = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** One of the rows, each as often as its weight says. */
export const pick = (random, rows) => {
  let rest = random() * rows.reduce((sum, { weight }) => sum + weight, 0);
  for (const row of rows) {
    rest -= row.weight;
    if (rest < 0) return row;
  }
  return rows.at(-1);
};
