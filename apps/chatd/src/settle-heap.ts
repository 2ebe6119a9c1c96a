import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What V8 calls its collection by; a function only where this V8 has one under that name. */
const findCollection = (): unknown => {
  setFlagsFromString('--expose-gc');
  try {
    return runInNewContext('gc');
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
};

/**
 * Gives back what loading has left behind: while modules are read, the space for young objects grows to its largest size,
 * and an idle service would keep it. Later it grows again as far as the load needs. Takes some 30 milliseconds, so that it
 * belongs before the first request; it changes no setting that holds afterwards.
 */
export const settleHeap = (): void => {
  const collect = findCollection();
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
};
