import { type ChatEvent, type EventIterator, eventsOf, isContentEvent } from '@lakehouse/chat-core';
import type { WaitClock } from './wait-clock.js';

type Result = IteratorResult<ChatEvent>;

/** What a timed stream goes by. A clock that is absent never runs. */
export interface TimedStreamOptions {
  readonly total: WaitClock | undefined;
  readonly firstContent: WaitClock | undefined;
  /** From the first content on. */
  readonly idle: WaitClock | undefined;
  /** How long a pull may take once the stream was stopped. */
  readonly graceMs: number;
  /** How long the end may take to follow the last event. */
  readonly lingerMs: number;
  /** That of the inner call. */
  readonly signal: AbortSignal;
  /** Aborts it, where it is not the outer one. */
  readonly abort: (reason: unknown) => void;
  readonly toError: (error: unknown) => unknown;
}

const done = { done: true, value: undefined } as const;

/**
 * The events of one call, each pull of which can be ended, even when what is pulled from does not obey its signal. It is no
 * generator, and makes one promise and no closure for a pull: every event of every answer comes through here twice.
 */
export class TimedStream implements AsyncIterableIterator<ChatEvent>, EventIterator {
  readonly #open: () => AsyncIterable<ChatEvent>;
  readonly #outer: AbortSignal;
  readonly #options: TimedStreamOptions;
  #iterator: EventIterator | undefined;
  #waiting: WaitClock | undefined;
  #complete = false;
  #over = false;
  #leftBehind = false;
  #timer: NodeJS.Timeout | undefined;
  #pending: Promise<Result> | undefined;
  #resolve: ((result: Result) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(open: () => AsyncIterable<ChatEvent>, outer: AbortSignal, options: TimedStreamOptions) {
    this.#open = open;
    this.#outer = outer;
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#resolve && this.#pending) return this.#pending.then(this.#again, this.#again);
    if (this.#over) return Promise.resolve(done);
    this.#pending = new Promise(this.#pull);
    return this.#pending;
  }

  /** A stream that was stopped gives nothing more: the next pull says why. */
  takeReady(): Result | undefined {
    if (this.#resolve || this.#over) return undefined;
    if (this.#options.signal.aborted && !this.#complete) return undefined;
    try {
      const result = this.#iterator?.takeReady?.();
      if (result?.done) this.#finish();
      else if (result) this.#look(result.value);
      return result;
    } catch (error) {
      this.#finish();
      throw this.#options.toError(error);
    }
  }

  /** Like that of a generator it waits for a pull that is on its way. */
  async return(): Promise<Result> {
    if (this.#resolve) await this.#pending?.catch(() => undefined); // whoever pulled has the error
    if (this.#over) return done;
    this.#finish();
    await this.#close();
    return done;
  }

  /** Aborts the inner call, which then has `graceMs` to unwind. */
  stop(reason: unknown): void {
    this.#options.abort(reason);
    if (this.#resolve) this.#limit(this.#options.graceMs);
  }

  readonly #again = (): Promise<Result> => this.next();
  readonly #leave = (): void => this.stop(this.#outer.reason);

  readonly #pull = (resolve: (result: Result) => void, reject: (error: unknown) => void): void => {
    this.#resolve = resolve;
    this.#reject = reject;
    const { idle, graceMs, lingerMs, signal } = this.#options;
    try {
      this.#iterator ??= this.#start();
    } catch (error) {
      this.#onError(error);
      return;
    }
    if (this.#waiting === idle) idle?.reset();
    this.#waiting?.resume();
    this.#iterator.next().then(this.#onResult, this.#onError);
    if (this.#complete) this.#limit(lingerMs);
    else if (signal.aborted) this.#limit(graceMs);
  };

  #start(): EventIterator {
    const iterator = eventsOf(this.#open());
    if (this.#outer.aborted) this.#leave();
    else this.#outer.addEventListener('abort', this.#leave, { once: true });
    this.#options.total?.resume();
    this.#waiting = this.#options.firstContent;
    return iterator;
  }

  readonly #onResult = (result: Result): void => {
    const resolve = this.#resolve;
    if (!resolve) return; // it was left behind
    this.#waiting?.pause();
    const { signal } = this.#options;
    if (result.done) this.#finish();
    else if (!this.#complete && signal.aborted) {
      void this.#fail(signal.reason);
      return;
    } else this.#look(result.value);
    this.#settle();
    resolve(result);
  };

  #look(event: ChatEvent): void {
    if (this.#complete) return;
    if (event.type === 'response-end') {
      this.#complete = true;
      this.#stopClocks();
    } else if (isContentEvent(event)) this.#waiting = this.#options.idle;
  }

  readonly #onError = (error: unknown): void => {
    const reject = this.#reject;
    this.#settle();
    this.#finish();
    reject?.(this.#options.toError(error));
  };

  /** Ends a wait after so many milliseconds. */
  #limit(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#leftBehind = true;
      const resolve = this.#resolve;
      if (!this.#complete) void this.#fail(this.#options.signal.reason);
      else {
        this.#settle();
        this.#finish();
        this.#close().catch(() => undefined); // the answer was complete
        resolve?.(done);
      }
    }, ms);
  }

  async #fail(reason: unknown): Promise<void> {
    const reject = this.#reject;
    this.#settle();
    this.#finish();
    try {
      await this.#close();
      reject?.(this.#options.toError(reason));
    } catch (error) {
      reject?.(error);
    }
  }

  /** Does not wait for what was left behind, whose failure must not become an unhandled rejection. */
  async #close(): Promise<void> {
    const closing = this.#iterator?.return?.();
    if (this.#leftBehind) closing?.catch(() => undefined);
    else await closing;
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#resolve = undefined;
    this.#reject = undefined;
  }

  #finish(): void {
    this.#over = true;
    this.#stopClocks();
    this.#outer.removeEventListener('abort', this.#leave);
  }

  #stopClocks(): void {
    const { total, firstContent, idle } = this.#options;
    total?.stop();
    firstContent?.stop();
    idle?.stop();
  }
}
