import { type ChatEvent, type EventIterator, eventsOf } from '@lakehouse/chat-core';
import type { Opened } from './opening.js';

const done = { done: true, value: undefined } as const;

/**
 * A stream that is opened at its first pull, for policies that decide before the first event and have nothing to do with
 * the others: these pass without a generator on their way. `open` throws what refuses the call.
 */
export class OpenedStream implements AsyncIterableIterator<ChatEvent>, EventIterator {
  readonly #open: () => Opened | Promise<Opened>;
  #over: (() => void) | undefined;
  #source: EventIterator | undefined;
  #opening: Promise<unknown> | undefined;
  #closed = false;

  constructor(open: () => Opened | Promise<Opened>) {
    this.#open = open;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ChatEvent>> {
    if (this.#closed) return Promise.resolve(done);
    if (this.#source) return this.#pull(this.#source);
    if (this.#opening) return this.#opening.then(this.#again, this.#again);
    try {
      const opened = this.#open();
      if (!(opened instanceof Promise)) return this.#pull(this.#begin(opened));
      const first = opened.then(this.#onOpened, this.#onError);
      this.#opening = first;
      return first;
    } catch (error) {
      this.#closed = true;
      return Promise.reject(error);
    }
  }

  takeReady(): IteratorResult<ChatEvent> | undefined {
    if (this.#closed) return undefined;
    try {
      const result = this.#source?.takeReady?.();
      if (result?.done) this.#end();
      return result;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Like that of a generator it waits for a stream that is being opened, and then closes it. */
  async return(): Promise<IteratorResult<ChatEvent>> {
    if (this.#closed) return done;
    this.#closed = true;
    if (this.#source) await this.#close(this.#source);
    else await this.#opening?.catch(() => undefined); // whoever pulled has the error
    return done;
  }

  #begin({ events, over }: Opened): EventIterator {
    this.#over = over;
    this.#source = eventsOf(events);
    return this.#source;
  }

  #pull(source: AsyncIterator<ChatEvent>): Promise<IteratorResult<ChatEvent>> {
    return this.#over ? source.next().then(this.#onResult, this.#onError) : source.next();
  }

  async #close(source: AsyncIterator<ChatEvent>): Promise<void> {
    try {
      await source.return?.();
    } finally {
      this.#over?.();
    }
  }

  readonly #again = (): Promise<IteratorResult<ChatEvent>> => this.next();

  readonly #onOpened = (opened: Opened): IteratorResult<ChatEvent> | Promise<IteratorResult<ChatEvent>> => {
    const source = this.#begin(opened);
    if (this.#closed) return this.#close(source).then(() => done);
    return this.takeReady() ?? this.#pull(source);
  };

  readonly #onResult = (result: IteratorResult<ChatEvent>): IteratorResult<ChatEvent> => {
    if (result.done) this.#end();
    return result;
  };

  readonly #onError = (error: unknown): never => {
    this.#end();
    throw error;
  };

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#over?.();
  }
}
