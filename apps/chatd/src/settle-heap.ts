import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After so long nobody who waits for the service to be ready waits for this. */
const delayMs = 250;

const minuteMs = 60_000;

const mebibyte = 2 ** 20;

/** Somebody who only asks whether the service is well sends no more than that in a minute. */
const fewRequests = 60;

/** For less growth since the last time a pause of some forty milliseconds, and slower calls after it, are not worth it. */
const worthwhileBytes = 32 * mebibyte;

/** More in a minute is a load that needs its memory. */
const someRequests = 6_000;

/** More than young objects take, so that a service with something to do pays for it only after large requests. */
const largeBytes = 256 * mebibyte;

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

/**
 * Settings of V8 for a service, whose requests come and go and whose code stays. After eight seconds with little to do it would
 * collect everything: the space for young objects shrinks to a megabyte, and code is dropped that knows the shape of an object of
 * which there is none at the moment, or that was not called of late. Thousands of calls after such a pause would cost up to
 * twice as much. And what is made at places where many objects have survived is made old from then on: here that are
 * requests, which then stay until a full collection.
 */
const tune = (): void => {
  setFlagsFromString('--memory-reducer-gc-count=0');
  setFlagsFromString('--no-flush-bytecode');
  setFlagsFromString('--no-allocation-site-pretenuring');
};

/** What V8 keeps for its objects and their buffers, dead ones and free space included. */
const heldBytes = (): number => {
  const { total_heap_size: heap, external_memory: outside } = getHeapStatistics();
  return heap + outside;
};

/** What of a service says whether anybody would notice a pause. */
export interface Requests {
  readonly inFlight: number;
  /** How many have come, all in all. */
  readonly entered: number;
}

/**
 * Calls `settle` when nobody or few would notice a pause, with what it must bring to be worth it: a moment after the start and
 * after each minute with next to nothing to do, while no request is in flight, and after each minute without a load.
 */
export const whenQuiet = (requests: Requests, settle: (atLeastBytes: number) => void): void => {
  let seen = 0;
  setTimeout(() => {
    if (requests.inFlight === 0) settle(worthwhileBytes);
  }, delayMs).unref();
  setInterval(() => {
    const { inFlight, entered } = requests;
    const came = entered - seen;
    seen = entered;
    if (inFlight === 0 && came <= fewRequests) settle(worthwhileBytes);
    else if (came <= someRequests) settle(largeBytes);
  }, minuteMs).unref();
};

/**
 * Gives back what nobody needs. While modules are read the space for young objects grows to its largest size, which a service
 * that nobody asks would keep; it grows again as far as the load needs. After that load V8 would give memory back within
 * seconds, at the cost of the next calls; here that waits until there was next to nothing to do for a minute, or, for what
 * large requests have left, not much.
 */
export const settleHeap = (requests: Requests): void => {
  let settledBytes = Number.NEGATIVE_INFINITY;
  tune();
  whenQuiet(requests, (atLeastBytes) => {
    if (heldBytes() - settledBytes < atLeastBytes) return;
    findCollection()?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    settledBytes = heldBytes();
  });
};
