/**
 * How long a body may go on after the answer: usage comes after the finish reason, OpenCode Zen tells the cost after
 * `[DONE]`, other servers just do not hang up.
 */
const graceMs = 1000;

/** Ends the wait for what may follow an answer. Only waiting counts, not the time that the caller takes to read. */
export class Grace {
  readonly #end: () => void;
  #timer: NodeJS.Timeout | undefined;
  #since = 0;
  #leftMs = graceMs;

  constructor(end: () => void) {
    this.#end = end;
  }

  /** The whole time again: the upstream said something that other words may follow. */
  renew(): void {
    this.#leftMs = graceMs;
  }

  /** To be called before each wait. */
  start(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(this.#end, this.#leftMs);
  }

  /** To be called after each wait. */
  stop(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#since));
  }
}
