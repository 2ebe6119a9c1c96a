import type { ChatEvent, EventIterator } from '@lakehouse/chat-core';

type Batch = readonly ChatEvent[];

const done = { done: true, value: undefined } as const;

class EventBatches implements AsyncIterableIterator<ChatEvent>, EventIterator {
  readonly #source: AsyncGenerator<Batch, void>;
  #batch: Batch = [];
  #position = 0;
  #pending: Promise<unknown> | undefined;

  constructor(source: AsyncGenerator<Batch, void>) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ChatEvent>> {
    if (this.#pending) return this.#pending.then(this.#again, this.#again);
    const event = this.takeReady();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    const pull = this.#source.next().then(this.#onBatch, this.#onError);
    this.#pending = pull;
    return pull;
  }

  takeReady(): ChatEvent | undefined {
    const event = this.#batch[this.#position];
    if (event !== undefined) this.#position += 1;
    return event;
  }

  async return(): Promise<IteratorResult<ChatEvent>> {
    this.#batch = [];
    await this.#source.return();
    return done;
  }

  readonly #again = (): Promise<IteratorResult<ChatEvent>> => this.next();

  readonly #onBatch = (result: IteratorResult<Batch, void>): IteratorResult<ChatEvent> => {
    this.#pending = undefined;
    if (result.done) return done;
    this.#batch = result.value;
    this.#position = 1;
    return { done: false, value: result.value[0] as ChatEvent };
  };

  readonly #onError = (error: unknown): never => {
    this.#pending = undefined;
    throw error;
  };
}

/**
 * The events of batches, none of which may be empty, one by one. Those of one batch cost no promise for a consumer that takes
 * them (`EventIterator`). Failures of `batches` are passed on as they are.
 */
export const createEventStream = (
  batches: AsyncGenerator<readonly ChatEvent[], void>,
): AsyncIterableIterator<ChatEvent> & EventIterator => new EventBatches(batches);
