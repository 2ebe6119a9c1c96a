import { type ChatEvent, type EventIterator, eventsOf } from '@lakehouse/chat-core';

/** What looks at one call without changing its events. */
export interface CallObserver {
  /** Sees each event before it is passed on; what it throws fails the call. */
  see(event: ChatEvent): void;
  /** The stream has ended by itself; what it throws fails the call. */
  complete?(): void;
  /** The call has failed; what it gives back is what is thrown on. */
  fail?(error: unknown): unknown;
  /** Comes last, also when the consumer has closed the stream. */
  over?(): void;
}

const done = { done: true, value: undefined } as const;

/** Closes a stream for a reason of its consumer's, which goes inward as far as somebody takes it. Gives what is to be thrown. */
export const refuseStream = async (source: AsyncIterator<ChatEvent>, reason: unknown): Promise<unknown> => {
  try {
    if (source.throw) await source.throw(reason);
    else await source.return?.();
    return reason;
  } catch (error) {
    return error;
  }
};

/**
 * The events of one call, which observers see on their way. It is no generator: every event of every answer comes through
 * here, and there is nothing to wait for.
 */
export class ObservedStream implements AsyncIterableIterator<ChatEvent>, EventIterator {
  readonly #open: () => AsyncIterable<ChatEvent>;
  readonly #observe: () => readonly CallObserver[];
  #observers: readonly CallObserver[] = [];
  #source: EventIterator | undefined;
  /** No pull goes in any more; one that is on its way may still come back. */
  #closed = false;
  /** Why the consumer of an event that was taken is to get an error. */
  #refusal: { readonly error: unknown } | undefined;
  /** The observers have been told that it is over. */
  #over = false;

  /** Both are called with the first pull; the innermost observer comes first. */
  constructor(open: () => AsyncIterable<ChatEvent>, observe: () => readonly CallObserver[]) {
    this.#open = open;
    this.#observe = observe;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ChatEvent>> {
    if (this.#closed) return Promise.resolve(done);
    if (this.#refusal) return this.throw(this.#refusal.error);
    try {
      this.#source ??= this.#begin();
    } catch (error) {
      return Promise.reject(this.#fail(error));
    }
    return this.#source.next().then(this.#onResult, this.#onError);
  }

  takeReady(): IteratorResult<ChatEvent> | undefined {
    if (this.#closed || !this.#source || this.#refusal) return undefined;
    let result: IteratorResult<ChatEvent> | undefined;
    try {
      result = this.#source.takeReady?.();
    } catch (error) {
      throw this.#fail(error);
    }
    if (!result) return undefined;
    try {
      this.#look(result);
      return result;
    } catch (error) {
      this.#refusal = { error }; // to close the stream takes a promise: the next pull does
      return undefined;
    }
  }

  async return(): Promise<IteratorResult<ChatEvent>> {
    if (this.#closed) return done;
    this.#closed = true;
    if (!this.#source) return done;
    try {
      await this.#source.return?.();
    } catch (error) {
      throw this.#fail(error);
    }
    this.#end();
    return done;
  }

  /** Closes the stream for a reason of the consumer's, which is this call's failure. */
  async throw(reason: unknown): Promise<never> {
    if (this.#closed || !this.#source) throw reason;
    this.#closed = true;
    throw this.#fail(await refuseStream(this.#source, reason));
  }

  #begin(): EventIterator {
    this.#observers = this.#observe();
    return eventsOf(this.#open());
  }

  readonly #onResult = (
    result: IteratorResult<ChatEvent>,
  ): IteratorResult<ChatEvent> | Promise<IteratorResult<ChatEvent>> => {
    if (this.#over) return result;
    try {
      this.#look(result);
      return result;
    } catch (error) {
      return this.throw(error);
    }
  };

  #look({ done: ended, value }: IteratorResult<ChatEvent>): void {
    if (!ended) for (const observer of this.#observers) observer.see(value);
    else {
      for (const observer of this.#observers) observer.complete?.();
      this.#end();
    }
  }

  readonly #onError = (error: unknown): never => {
    throw this.#over ? error : this.#fail(error);
  };

  /** The failure as the observers leave it. */
  #fail(error: unknown): unknown {
    let failure = error;
    for (const observer of this.#observers) if (observer.fail) failure = observer.fail(failure);
    this.#end();
    return failure;
  }

  #end(): void {
    this.#closed = true;
    if (this.#over) return;
    this.#over = true;
    for (const observer of this.#observers) observer.over?.();
  }
}
