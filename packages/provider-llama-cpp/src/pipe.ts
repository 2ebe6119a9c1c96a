import { untilAborted } from './until-aborted.js';

/** Carries what callbacks give to a loop that waits for it, from one writer to one reader. */
export class Pipe<Item> {
  readonly #items: Item[] = [];
  #ended: { readonly failure?: { readonly error: unknown } } | undefined;
  #news = Promise.withResolvers<void>();

  push(item: Item): void {
    this.#items.push(item);
    this.#news.resolve();
  }

  /** Nothing more comes. */
  end(): void {
    this.#ended ??= {};
    this.#news.resolve();
  }

  /** The loop throws this once it has had everything that came before. */
  fail(error: unknown): void {
    this.#ended ??= { failure: { error } };
    this.#news.resolve();
  }

  /** What was pushed, in order. Throws the signal's reason as soon as it is aborted. */
  async *read(signal: AbortSignal): AsyncGenerator<Item> {
    for (;;) {
      signal.throwIfAborted();
      const item = this.#items.shift();
      if (item !== undefined) {
        yield item;
      } else if (this.#ended) {
        if (this.#ended.failure) throw this.#ended.failure.error;
        return;
      } else {
        this.#news = Promise.withResolvers();
        await untilAborted(this.#news.promise, signal);
      }
    }
  }
}
