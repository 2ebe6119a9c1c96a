/** A number of places that callers take in the order in which they came. */
export interface Places {
  /** Waits for a place; rejects with the signal's reason, and with `refusal` when too many wait already. */
  take(signal: AbortSignal, refusal: () => Error): Promise<void>;
  /** Gives a place back, to whoever waits longest. */
  release(): void;
}

/** So many places at a time, and so many callers that may wait for one. */
export const createPlaces = (count: number, maxQueue: number): Places => {
  let free = count;
  const waiting = new Set<() => void>();
  return {
    async take(signal, refusal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return;
      }
      if (waiting.size >= maxQueue) throw refusal();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const leave = (): void => reject(signal.reason);
      waiting.add(resolve);
      signal.addEventListener('abort', leave, { once: true });
      try {
        await promise;
      } finally {
        signal.removeEventListener('abort', leave);
        waiting.delete(resolve);
      }
    },
    release() {
      const [next] = waiting;
      if (next === undefined) {
        free += 1;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
};
