import type { IncomingHttpHeaders } from 'node:http';
import type { Turn, Waiter } from '@lakehouse/chat-core';
import { type Dispatcher, errors } from 'undici';

/** What comes before a body. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** The pieces of a body, one after the other. */
export interface PieceSource {
  /** Undefined at the end. Rejects with what broke the body, or what it was destroyed with. */
  pull(): Promise<Uint8Array | undefined>;
  /** Closes the socket of a body that is not over. */
  destroy(error?: Error): void;
}

/** Bytes that wait for their reader before the upstream has to wait. */
const mostHeld = 64 * 1024;

/** Pieces that are shorter than this together are handed on as one. */
const mostJoined = 16 * 1024;

/**
 * Takes one response from undici without a stream in between: a signal that is aborted reaches the socket through undici's
 * own controller, and what came in one turn of the event loop is one piece, which is handed on at its end. A failure is handed on
 * at once.
 */
export class ResponseReader implements Dispatcher.DispatchHandler, PieceSource, Waiter {
  /** Resolves with the status and the headers; rejects when the request failed before them. */
  readonly head: Promise<ResponseHead>;
  readonly #signal: AbortSignal;
  readonly #turn: Turn;
  readonly #resolveHead: (head: ResponseHead) => void;
  readonly #rejectHead: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  /** Until it is handed on. */
  #arrivedHead: ResponseHead | undefined;
  #inTurn = false;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #over = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /** `turn`: that of all who are read together with it. */
  constructor(signal: AbortSignal, turn: Turn) {
    const { promise, resolve, reject } = Promise.withResolvers<ResponseHead>();
    this.head = promise;
    this.#resolveHead = resolve;
    this.#rejectHead = reject;
    this.#signal = signal;
    this.#turn = turn;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(this.#reason);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#arrivedHead = { status, headers };
    this.#wait();
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    if (this.#over || piece.byteLength === 0) return;
    this.#held.push(piece);
    this.#heldBytes += piece.byteLength;
    if (this.#heldBytes >= mostHeld) controller.pause();
    this.#wait();
  }

  onResponseEnd(): void {
    this.#finish();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#finish(error);
    this.#rejectHead(error);
  }

  proceed(): void {
    this.#inTurn = false;
    if (this.#arrivedHead) this.#resolveHead(this.#arrivedHead);
    this.#arrivedHead = undefined;
    // What it was told of may be taken already, by whoever now waits for more: nothing at all would be the end for them.
    if (this.#heldBytes > 0 || this.#over) this.#wake?.();
  }

  pull(): Promise<Uint8Array | undefined> {
    if (this.#heldBytes > 0) return Promise.resolve(this.#take());
    if (this.#over) return this.#error ? Promise.reject(this.#error) : Promise.resolve(undefined);
    return new Promise<void>(this.#onPull).then(this.#afterWait);
  }

  readonly #onPull = (resolve: () => void): void => {
    this.#wake = resolve;
  };

  readonly #afterWait = (): Uint8Array | undefined => {
    this.#wake = undefined;
    if (this.#heldBytes > 0) return this.#take();
    if (this.#error) throw this.#error;
    return undefined;
  };

  destroy(given?: Error): void {
    if (this.#over) return;
    const error = given ?? new errors.RequestAbortedError();
    this.#held = [];
    this.#heldBytes = 0;
    this.#finish(error);
    this.#controller?.abort(error);
  }

  readonly #onAbort = (): void => {
    // Before its start undici cannot end a request: that is up to `onRequestStart`, or to whoever makes the connection.
    if (this.#controller) this.destroy(this.#reason);
  };

  get #reason(): Error {
    const reason: unknown = this.#signal.reason;
    return reason instanceof Error ? reason : new errors.RequestAbortedError();
  }

  #finish(error?: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#error = error;
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (error) this.proceed();
    else this.#wait();
  }

  #wait(): void {
    if (this.#inTurn) return;
    this.#inTurn = true;
    this.#turn.add(this);
  }

  #take(): Uint8Array {
    const held = this.#held;
    const [first] = held;
    const one = first && (held.length === 1 || this.#heldBytes > mostJoined);
    const piece = one ? first : Buffer.concat(held);
    this.#held = one ? held.slice(1) : [];
    this.#heldBytes -= piece.byteLength;
    if (!this.#over) this.#controller?.resume();
    return piece;
  }
}
