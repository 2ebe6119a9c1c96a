import type { ChatEvent, EventIterator } from '@lakehouse/chat-core';

type Batch = readonly ChatEvent[];

type Batches = AsyncGenerator<Batch, Batch | undefined>;

const done = { done: true, value: undefined } as const;

class EventBatches implements AsyncIterableIterator<ChatEvent>, EventIterator {
  readonly #source: Batches;
  #batch: Batch = [];
  #position = 0;
  /** Nothing comes after the batch. */
  #last = false;
  #pending: Promise<unknown> | undefined;

  constructor(source: Batches) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ChatEvent>> {
    if (this.#pending) return this.#pending.then(this.#again, this.#again);
    const ready = this.takeReady();
    if (ready) return Promise.resolve(ready);
    const pull = this.#source.next().then(this.#onBatch, this.#onError);
    this.#pending = pull;
    return pull;
  }

  takeReady(): IteratorResult<ChatEvent> | undefined {
    const value = this.#batch[this.#position];
    if (value === undefined) return this.#last ? done : undefined;
    this.#position += 1;
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<ChatEvent>> {
    this.#batch = [];
    this.#last = true;
    await this.#source.return([]);
    return done;
  }

  readonly #again = (): Promise<IteratorResult<ChatEvent>> => this.next();

  readonly #onBatch = ({
    done: last = false,
    value,
  }: Awaited<ReturnType<Batches['next']>>):
    | IteratorResult<ChatEvent>
    | Promise<IteratorResult<ChatEvent>> => {
    this.#pending = undefined;
    this.#batch = value ?? [];
    this.#position = 0;
    this.#last = last;
    return this.takeReady() ?? this.next(); // an empty batch is not the end
  };

  readonly #onError = (error: unknown): never => {
    this.#pending = undefined;
    throw error;
  };
}

/**
 * The events of batches one by one. A last batch may be returned, else undefined: then the end costs no promise for a consumer that
 * takes it (`EventIterator`), nor do the events of one batch. Failures of `batches` are passed on as they are.
 */
export const createEventStream = (
  batches: AsyncGenerator<readonly ChatEvent[], readonly ChatEvent[] | undefined>,
): AsyncIterableIterator<ChatEvent> & EventIterator => new EventBatches(batches);
