/**
 * Limits each of many waits. It costs a reading of the time for each, and one timer for all: that finds out when it fires how
 * much is left of the wait that runs then.
 */
export class SilenceClock {
  readonly #onLimit: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires. */
  #due = 0;
  /** When the wait that runs has taken too long. */
  #deadline = Number.POSITIVE_INFINITY;

  constructor(onLimit: () => void) {
    this.#onLimit = onLimit;
  }

  /** A wait begins, which may take so many milliseconds. */
  start(ms: number): void {
    this.#deadline = performance.now() + ms;
    if (this.#timer === undefined || this.#due > this.#deadline) this.#sleep(ms);
  }

  /** The wait is over. */
  pause(): void {
    this.#deadline = Number.POSITIVE_INFINITY;
  }

  /** Leaves no timer behind. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #sleep(ms: number): void {
    clearTimeout(this.#timer);
    this.#due = performance.now() + ms;
    this.#timer = setTimeout(this.#check, Math.ceil(ms));
  }

  readonly #check = (): void => {
    this.#timer = undefined;
    if (this.#deadline === Number.POSITIVE_INFINITY) return; // nobody waits: the next start sets a timer
    const leftMs = this.#deadline - performance.now();
    if (leftMs > 0) this.#sleep(leftMs);
    else this.#onLimit();
  };
}
