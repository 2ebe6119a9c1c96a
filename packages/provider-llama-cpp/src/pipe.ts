import { untilAborted } from './until-aborted.js';

/** Carries what callbacks give to a loop that waits for it. */
export interface Pipe<Item> {
  push(item: Item): void;
  /** Nothing more comes. */
  end(): void;
  /** The loop throws this once it has had everything that came before. */
  fail(error: unknown): void;
  /** What was pushed, in order. Throws the signal's reason as soon as it is aborted. */
  read(signal: AbortSignal): AsyncGenerator<Item>;
}

/** A pipe for one writer and one reader. */
export const createPipe = <Item>(): Pipe<Item> => {
  const items: Item[] = [];
  let ended: { readonly failure?: { readonly error: unknown } } | undefined;
  let news = Promise.withResolvers<void>();
  return {
    push(item) {
      items.push(item);
      news.resolve();
    },
    end() {
      ended ??= {};
      news.resolve();
    },
    fail(error) {
      ended ??= { failure: { error } };
      news.resolve();
    },
    async *read(signal) {
      for (;;) {
        signal.throwIfAborted();
        const item = items.shift();
        if (item !== undefined) {
          yield item;
        } else if (ended) {
          if (ended.failure) throw ended.failure.error;
          return;
        } else {
          news = Promise.withResolvers();
          await untilAborted(news.promise, signal);
        }
      }
    },
  };
};
