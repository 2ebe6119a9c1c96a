/** Pulls from an iterator in a way that can be ended, even when the iterator itself does not obey its signal. */
export class Interruptible<Item> {
  readonly #iterator: AsyncIterator<Item>;
  readonly #graceMs: number;
  #interruption: { readonly reason: unknown } | undefined;
  #interrupted = false;
  #timer: NodeJS.Timeout | undefined;
  #resolve: ((result: IteratorResult<Item>) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(iterator: AsyncIterator<Item>, graceMs: number) {
    this.#iterator = iterator;
    this.#graceMs = graceMs;
  }

  /** From now on the iterator has `graceMs` for each pull; one that takes longer rejects with the reason. */
  interrupt(reason: unknown): void {
    this.#interruption ??= { reason };
    if (this.#resolve) this.#limit(this.#graceMs);
  }

  /** The next item. One promise for each pull, and nothing else. */
  next(): Promise<IteratorResult<Item>> {
    const pulled = this.#pull();
    if (this.#interruption) this.#limit(this.#graceMs);
    return pulled;
  }

  /** The next item, or the end when none comes within `limitMs`. */
  nextWithin(limitMs: number): Promise<IteratorResult<Item>> {
    const pulled = this.#pull();
    this.#limit(limitMs, true);
    return pulled;
  }

  /** Closes the iterator; does not wait for one that was interrupted. */
  async close(): Promise<void> {
    const closing = this.#iterator.return?.();
    // Nobody waits for what does not obey; its failure must not become an unhandled rejection.
    if (this.#interrupted) closing?.catch(() => undefined);
    else await closing;
  }

  #pull(): Promise<IteratorResult<Item>> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#iterator.next().then(this.#onResult, this.#onError);
    });
  }

  #limit(ms: number, ends = false): void {
    this.#timer ??= setTimeout(() => {
      const { reason } = this.#interruption ?? {};
      const [resolve, reject] = [this.#resolve, this.#reject];
      this.#settle();
      this.#interrupted = true;
      if (ends) resolve?.({ done: true, value: undefined });
      else reject?.(reason);
    }, ms);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#resolve = undefined;
    this.#reject = undefined;
  }

  readonly #onResult = (result: IteratorResult<Item>): void => {
    const resolve = this.#resolve;
    this.#settle();
    resolve?.(result);
  };

  readonly #onError = (error: unknown): void => {
    const reject = this.#reject;
    this.#settle();
    reject?.(error);
  };
}
