import type { ChatEvent } from '@lakehouse/chat-core';

type Events = AsyncIterable<ChatEvent>;

const done = { done: true, value: undefined } as const;

/**
 * A stream that is opened at its first pull, for policies that decide before the first event and have nothing to do with
 * the others: these pass without a generator on their way. `open` throws what refuses the call. `over`, if there is one,
 * is called once, when the stream has ended in whatever way or could not be opened.
 */
export class OpenedStream implements AsyncIterableIterator<ChatEvent> {
  readonly #open: () => Events | Promise<Events>;
  readonly #over: (() => void) | undefined;
  #source: AsyncIterator<ChatEvent> | undefined;
  #opening: Promise<unknown> | undefined;
  #closed = false;

  constructor(open: () => Events | Promise<Events>, over?: () => void) {
    this.#open = open;
    this.#over = over;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ChatEvent>> {
    if (this.#closed) return Promise.resolve(done);
    if (this.#source) return this.#pull(this.#source);
    if (this.#opening) return this.#opening.then(this.#again, this.#again);
    const first = this.#begin();
    this.#opening = first;
    return first;
  }

  /** Like that of a generator it waits for a stream that is being opened, and then closes it. */
  async return(): Promise<IteratorResult<ChatEvent>> {
    if (this.#closed) return done;
    this.#closed = true;
    if (this.#source) await this.#close(this.#source);
    else await this.#opening?.catch(() => undefined); // whoever pulled has the error
    return done;
  }

  #pull(source: AsyncIterator<ChatEvent>): Promise<IteratorResult<ChatEvent>> {
    return this.#over ? source.next().then(this.#onResult, this.#onError) : source.next();
  }

  async #begin(): Promise<IteratorResult<ChatEvent>> {
    let source: AsyncIterator<ChatEvent>;
    try {
      source = (await this.#open())[Symbol.asyncIterator]();
    } catch (error) {
      this.#closed = true;
      this.#over?.();
      throw error;
    }
    this.#source = source;
    if (!this.#closed) return this.#pull(source);
    await this.#close(source);
    return done;
  }

  async #close(source: AsyncIterator<ChatEvent>): Promise<void> {
    try {
      await source.return?.();
    } finally {
      this.#over?.();
    }
  }

  readonly #again = (): Promise<IteratorResult<ChatEvent>> => this.next();

  readonly #onResult = (result: IteratorResult<ChatEvent>): IteratorResult<ChatEvent> => {
    if (result.done && !this.#closed) {
      this.#closed = true;
      this.#over?.();
    }
    return result;
  };

  readonly #onError = (error: unknown): never => {
    if (!this.#closed) {
      this.#closed = true;
      this.#over?.();
    }
    throw error;
  };
}
