import { ChatError, type TimeoutPhase } from '@lakehouse/chat-core';
import type { PieceSource } from './response-reader.js';
import { SilenceClock } from './silence-clock.js';

/** How long a streamed body may say nothing, in milliseconds; 0 means for ever. */
export interface SilenceLimits {
  readonly provider: string;
  readonly model?: string | undefined;
  /** Until the first piece, counted from `startedAt`: a server may send its headers before it loads a model. */
  readonly firstContentMs: number;
  /** Between two pieces; before the first one too, when `firstContentMs` is 0. */
  readonly idleMs: number;
  /** `performance.now()` of the call's start. */
  readonly startedAt: number;
}

const silenceError = (limits: SilenceLimits, phase: TimeoutPhase): ChatError => {
  const { provider, model } = limits;
  const what =
    phase === 'idle' ? 'fell silent in the middle of its answer' : 'did not begin to answer in time';
  return new ChatError('timeout', `${provider} ${what}`, { provider, model, phase });
};

const done = { done: true, value: undefined } as const;

/**
 * The pieces of a body. The clock runs only while a piece is waited for: a slow consumer is not the upstream's fault.
 * However the reading ends, the source is destroyed; `toError` makes what is thrown of what went wrong. It has one consumer,
 * who waits for each pull. No generator: every piece of every answer comes through here.
 */
export class PieceStream implements AsyncIterableIterator<Uint8Array> {
  readonly #source: PieceSource;
  readonly #limits: SilenceLimits | undefined;
  readonly #toError: (error: unknown) => Error;
  readonly #clock: SilenceClock | undefined;
  #first: boolean;
  #over = false;

  constructor(source: PieceSource, limits: SilenceLimits | undefined, toError: (error: unknown) => Error) {
    this.#source = source;
    this.#limits = limits;
    this.#toError = toError;
    this.#first = (limits?.firstContentMs ?? 0) > 0;
    this.#clock = limits && new SilenceClock(() => source.destroy(this.#silence(limits)));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#over) return Promise.resolve(done);
    if (this.#limits) this.#startClock(this.#limits);
    return this.#source.pull().then(this.#onPiece, this.#onError);
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#end();
    return Promise.resolve(done);
  }

  #silence(limits: SilenceLimits): ChatError {
    return silenceError(limits, this.#first ? 'first-content' : 'idle');
  }

  #startClock({ firstContentMs, idleMs, startedAt }: SilenceLimits): void {
    if (this.#first) this.#clock?.start(Math.max(1, firstContentMs - (performance.now() - startedAt)));
    else if (idleMs > 0) this.#clock?.start(idleMs);
  }

  readonly #onPiece = (piece: Uint8Array | undefined): IteratorResult<Uint8Array> => {
    this.#clock?.pause();
    if (piece === undefined) {
      this.#end();
      return done;
    }
    this.#first = false;
    return { done: false, value: piece };
  };

  readonly #onError = (error: unknown): never => {
    this.#end();
    throw this.#toError(error);
  };

  #end(): void {
    this.#over = true;
    this.#clock?.stop();
    this.#source.destroy();
  }
}
