import { Line } from './line.js';

/** How many calls may hold a place and wait for one. */
export interface PlaceRules {
  /** Calls that hold a place at a time; absent, there is no limit. */
  readonly limit?: number;
  /** Calls that wait at most. */
  readonly maxQueue: number;
}

/** A call for which no place was free at once. One of its functions is called, once. */
export interface PlaceSeeker {
  /** Whether it may stand in line. */
  readonly mayWait: boolean;
  /** It holds a place from now on. */
  admit(): void;
  /** It gets none; so many others wait. */
  refuse(waiting: number): void;
}

/** Where the places of a limit are kept: in this process, or wherever several processes share them. */
export interface Places {
  /** Takes a place if it is known now that one is free. */
  take(): boolean;
  /** Asks for a place that `take` did not give; the answer may come before this returns. The result withdraws. */
  seek(seeker: PlaceSeeker): () => void;
  /** Gives a place back. */
  leave(): void;
  /** Replaces the rules; who waits already keeps its turn. */
  configure(rules: PlaceRules): void;
  /** Calls that hold a place. */
  readonly running: number;
  /** Calls that wait for one. */
  readonly queued: number;
}

/** Places that are kept here, for whoever asks. */
export interface OwnPlaces extends Places {
  /** Takes so many places, free or not: of calls that began where nobody counted them. */
  claim(count: number): void;
}

/** Places of this process, given first come, first served. */
export const createPlaces = (initial: PlaceRules): OwnPlaces => {
  let rules = initial;
  let running = 0;
  const line = new Line<PlaceSeeker>();

  const isFree = (): boolean => rules.limit === undefined || running < rules.limit;
  // The place is taken here, on behalf of the one that waits, so that nobody can come in between.
  const serve = (): void => {
    while (line.size > 0 && isFree()) {
      running += 1;
      line.shift()?.admit();
    }
  };

  return {
    take() {
      if (!isFree()) return false;
      running += 1;
      return true;
    },
    seek(seeker) {
      if (!seeker.mayWait || line.size >= rules.maxQueue) {
        seeker.refuse(line.size);
        return () => undefined;
      }
      const standing = line.enter(seeker);
      return () => line.leave(standing);
    },
    claim(count) {
      running += count;
    },
    leave() {
      running -= 1;
      serve();
    },
    configure(changed) {
      rules = changed;
      serve();
    },
    get running() {
      return running;
    },
    get queued() {
      return line.size;
    },
  };
};
