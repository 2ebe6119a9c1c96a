/** A small generator of random numbers in [0, 1) (mulberry32), so that both sides of a pair get the same arrivals. */
export const createRandom = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

/**
 * When the requests of an open loop are due, in milliseconds from its start: a Poisson process of so many a second. It
 * is made before the run and knows nothing of the answers, so that a slow one delays nobody else's due time.
 */
export const poissonArrivals = ({ perSecond, seconds, seed }) => {
  const random = createRandom(seed);
  const arrivals = [];
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) * 1000) / perSecond;
    if (at >= seconds * 1000) return arrivals;
    arrivals.push(at);
  }
};
