import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After so long nobody who waits for the service to be ready waits for this. */
const delayMs = 250;

const minuteMs = 60_000;

/** Somebody who only asks whether the service is well sends no more than that in a minute. */
const fewRequests = 60;

/** For less growth since the last time a pause of some forty milliseconds is not worth it. */
const worthwhileBytes = 32 * 2 ** 20;

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
 * Settings of V8 for a service, whose requests come and go and whose code stays. Collections of a process that idles drop what
 * was compiled: functions that were not called of late, and, where they are out for every byte, all code that knows the shape of
 * an object of which there is none at the moment, so that thousands of calls after a pause of seconds would cost twice as
 * much. And what is made at places where many objects have survived is made old from then on: here that are requests, which
 * then stay until a full collection.
 */
const tune = (): void => {
  setFlagsFromString('--no-flush-bytecode');
  setFlagsFromString('--no-allocation-site-pretenuring');
  // An older V8 does not know this one, and says so on stderr.
  if (Number.parseInt(process.versions.node, 10) >= 24)
    setFlagsFromString('--no-memory-reducer-favors-memory');
};

/** What V8 keeps for its objects, dead ones and free space included. */
const heapBytes = (): number => getHeapStatistics().total_heap_size;

/** What of a service says whether anybody would notice a pause. */
export interface Requests {
  readonly inFlight: number;
  /** How many have come, all in all. */
  readonly entered: number;
}

/** Calls `settle` a moment after the start and after each minute with next to nothing to do, while no request is in flight. */
export const whenIdle = (requests: Requests, settle: () => void): void => {
  let seen = 0;
  setTimeout(() => {
    if (requests.inFlight === 0) settle();
  }, delayMs).unref();
  setInterval(() => {
    const { inFlight, entered } = requests;
    if (inFlight === 0 && entered - seen <= fewRequests) settle();
    seen = entered;
  }, minuteMs).unref();
};

/**
 * Gives back what nobody needs. While modules are read the space for young objects grows to its largest size, which a service
 * that nobody asks would keep; it grows again as far as the load needs. After that load V8 would give memory back within
 * seconds, but together with compiled code; here that waits until there was next to nothing to do for a minute.
 */
export const settleHeap = (requests: Requests): void => {
  let settledBytes = Number.NEGATIVE_INFINITY;
  tune();
  whenIdle(requests, () => {
    if (heapBytes() - settledBytes < worthwhileBytes) return;
    findCollection()?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    settledBytes = heapBytes();
  });
};
