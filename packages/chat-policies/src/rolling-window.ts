const bucketCount = 10;

interface Bucket {
  readonly slot: number;
  attempts: number;
  failures: number;
}

export interface WindowCounts {
  readonly attempts: number;
  readonly failures: number;
}

/** Counts what happened in the last so many milliseconds. */
export interface RollingWindow {
  /** Counts a success; the result takes it back, for a call that begins well and fails after all. */
  succeed(): () => void;
  fail(): void;
  counts(): WindowCounts;
}

/**
 * Ten counters, each for a tenth of the window, so that the memory is the same for one call and for a million. A count
 * is forgotten with its whole tenth: at the latest after `windowMs`, at the earliest after nine tenths of it.
 */
export const createRollingWindow = (windowMs: number): RollingWindow => {
  const buckets: Bucket[] = [];
  const slotOf = (time: number): number => Math.floor((time * bucketCount) / windowMs);

  const current = (): Bucket => {
    const slot = slotOf(performance.now());
    const place = slot % bucketCount;
    const held = buckets[place];
    if (held?.slot === slot) return held;
    const fresh = { slot, attempts: 0, failures: 0 };
    buckets[place] = fresh;
    return fresh;
  };

  return {
    succeed() {
      const bucket = current();
      bucket.attempts += 1;
      // A bucket that was replaced in the meantime is counted no more, so that this needs no check.
      return () => {
        bucket.attempts -= 1;
      };
    },
    fail() {
      const bucket = current();
      bucket.attempts += 1;
      bucket.failures += 1;
    },
    counts() {
      const oldest = slotOf(performance.now()) - bucketCount;
      const sum = { attempts: 0, failures: 0 };
      // The places that were never used are holes, which forEach leaves out.
      buckets.forEach(({ slot, attempts, failures }) => {
        if (slot <= oldest) return;
        sum.attempts += attempts;
        sum.failures += failures;
      });
      return sum;
    },
  };
};
