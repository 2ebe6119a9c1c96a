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

/** Three times what young objects take at most, so that a service with something to do pays for it only after large requests. */
const largeBytes = 384 * mebibyte;

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
 * Calls `settle` with what it must bring to be worth it: a moment after the start, unless the service is asked by then, and after
 * each minute. At the start it need not bring anything. Later that is little while no request is in flight and next to nothing
 * has come, much without a load, and under load nothing is enough.
 */
export const watchRequests = (requests: Requests, settle: (atLeastBytes: number) => void): void => {
  let seen = 0;
  setTimeout(() => {
    if (requests.inFlight === 0) settle(0);
  }, delayMs).unref();
  setInterval(() => {
    const { inFlight, entered } = requests;
    const came = entered - seen;
    seen = entered;
    if (inFlight === 0 && came <= fewRequests) settle(worthwhileBytes);
    else settle(came <= someRequests ? largeBytes : Number.POSITIVE_INFINITY);
  }, minuteMs).unref();
};

/** Collects where what is held has grown by so much since it was least. */
export const createSettler = (held: () => number, collect: () => void): ((atLeastBytes: number) => void) => {
  let least = 0;
  return (atLeastBytes) => {
    if (held() - least >= atLeastBytes) {
      collect();
      least = held();
    } else least = Math.min(least, held());
  };
};

/**
 * Gives back what nobody needs. While modules are read the space for young objects grows to its largest size, which a service
 * that nobody asks would keep; it grows again as far as the load needs. After that load V8 would give memory back within
 * seconds, at the cost of the next calls; here that waits until there was next to nothing to do for a minute, or, for what
 * large requests have left, not much.
 */
export const settleHeap = (requests: Requests): void => {
  const collect = (): void => findCollection()?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  watchRequests(requests, createSettler(heldBytes, collect));
};
