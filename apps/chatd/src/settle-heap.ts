import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After so long nobody who waits for the service to be ready waits for this. */
const delayMs = 250;

/** What V8 calls its collection by; undefined where this V8 has none under that name. */
const findCollection = (): ((options: object) => void) | undefined => {
  setFlagsFromString('--expose-gc');
  try {
    const found: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
    return found as ReturnType<typeof findCollection>;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
};

/** A collection also drops the code of what was not called of late: after a pause the next calls would cost twice as much. */
const keepCode = (): void => setFlagsFromString('--no-flush-bytecode');

/**
 * Gives back what loading has left behind, once, a moment after the start: while modules are read the space for young
 * objects grows to its largest size, and a service that nobody asks would keep it. It grows again as far as the load needs,
 * so that one that is asked by then is left alone. It changes no setting that holds afterwards.
 */
export const settleHeapSoon = (isIdle: () => boolean): void => {
  keepCode();
  setTimeout(() => {
    if (isIdle()) findCollection()?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }, delayMs).unref();
};
