import { longestTimerMs } from './longest-timer.js';

/** Counts only the time between `resume` and `pause`, and fires once when that reaches its limit. */
export interface WaitClock {
  resume(): void;
  pause(): void;
  /** Forgets the time that was counted. */
  reset(): void;
  /** Ends the clock for good and leaves no timer behind. */
  stop(): void;
}

/**
 * A clock that costs two readings of the time per wait, and no timer: the one timer that there is finds out when it
 * fires how much is still left, and then sleeps for that.
 */
export const createWaitClock = (limitMs: number, onLimit: () => void): WaitClock => {
  let timer: NodeJS.Timeout | undefined;
  let counted = 0;
  let since: number | undefined;
  let stopped = false;

  const left = (): number => limitMs - counted - (since === undefined ? 0 : performance.now() - since);
  const sleep = (): void => {
    timer = setTimeout(check, Math.min(Math.ceil(left()), longestTimerMs));
  };
  const check = (): void => {
    timer = undefined;
    if (since === undefined) return; // nobody waits: the next resume sets a timer
    if (left() > 0) {
      sleep();
      return;
    }
    stopped = true;
    onLimit();
  };

  return {
    resume() {
      if (stopped) return;
      since = performance.now();
      if (timer === undefined) sleep();
    },
    pause() {
      if (since !== undefined) counted += performance.now() - since;
      since = undefined;
    },
    reset() {
      counted = 0;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
    },
  };
};
