import { performance } from 'node:perf_hooks';
import { ChatError, type Turn } from '@lakehouse/chat-core';
import { totalTimeoutError } from '@lakehouse/chat-policies';
import type { Request, RequestHandler, Response } from 'express';
import type { Drain, Entry, InFlight } from './drain.js';
import type { Service } from './service.js';
import { readVia } from './via.js';

const sane = /^[A-Za-z0-9._:-]{1,128}$/;

/** What all calls share. */
type Shared = Pick<Service, 'drain' | 'instanceId'> & { readonly turn: Turn };

/** What belongs to one HTTP request. */
export class Call implements InFlight {
  readonly requestId: string;
  /** When the request came, in Unix milliseconds. */
  readonly createdAt = Date.now();
  readonly #startedAt = performance.now();
  readonly #controller = new AbortController();
  readonly #request: Request;
  readonly #response: Response;
  readonly #shared: Shared;
  readonly #entry: Entry;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: Request, response: Response, shared: Shared) {
    const asked = request.headers['x-request-id'];
    this.requestId = typeof asked === 'string' && sane.test(asked) ? asked : `req_${crypto.randomUUID()}`;
    this.#request = request;
    this.#response = response;
    this.#shared = shared;
    this.#entry = shared.drain.enter(this);
    response.on('close', this.#onClose);
  }

  /** Aborted when the caller leaves before its answer is complete, when the time is up, and when the service stops. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What has come for this call goes on with what has come for others. */
  get turn(): Turn {
    return this.#shared.turn;
  }

  /** Milliseconds since the request came, to a tenth. */
  elapsedMs(): number {
    return Math.round((performance.now() - this.#startedAt) * 10) / 10;
  }

  /** The services that the request has passed through, this one last. Throws for a loop, and for a malformed header. */
  via(): readonly string[] {
    return readVia(this.#request, this.#shared.instanceId);
  }

  /** Limits the time from the arrival of the request to the end of its answer. Gives the `performance.now()` of the end. */
  limitTotal(totalMs: number): number {
    const deadline = this.#startedAt + totalMs;
    const leftMs = Math.max(1, deadline - performance.now());
    const roundedMs = Math.min(Math.ceil(leftMs / timerStepMs) * timerStepMs, longestTimerMs);
    this.#timer = setTimeout(this.#onTotal, roundedMs, totalMs);
    return deadline;
  }

  /** Ends what is done for the caller, who learns why. */
  abort(reason?: ChatError): void {
    this.#controller.abort(reason);
  }

  /** Closes the caller's connection. */
  destroy(): void {
    this.#response.destroy();
  }

  readonly #onTotal = (totalMs: number): void => this.abort(totalTimeoutError(totalMs));

  readonly #onClose = (): void => {
    clearTimeout(this.#timer);
    this.#shared.drain.leave(this.#entry);
    if (!this.#response.writableFinished) this.abort();
  };
}

/** Node's timers take a longer delay for one of a millisecond. */
const longestTimerMs = 2 ** 31 - 1;

/** Timers of the same length share a list: those of calls that arrived at nearly the same time do. */
const timerStepMs = 10;

/** A property and no `WeakMap`, which costs the garbage collector more than all else of a call. */
const calls = Symbol('call');

interface CalledRequest extends Request {
  [calls]?: Call;
}

/** Opens the call of a request: an id that is safe to repeat, and a signal that knows when the caller leaves. */
export const openCall =
  (shared: Shared) =>
  (request: CalledRequest, response: Response): void => {
    const call = new Call(request, response, shared);
    request[calls] = call;
    response.setHeader('x-request-id', call.requestId);
  };

export const callOf = (request: CalledRequest): Call => {
  const call = request[calls];
  if (!call) throw new ChatError('internal', 'openCall is not in front of this route');
  return call;
};

/** The refusal of a service that stops; its caller's connection ends with it. */
export const drainingError = (response: Response): ChatError => {
  response.setHeader('connection', 'close');
  return new ChatError('overloaded', 'The service is stopping; try again in a moment', {
    retryAfterMs: 1000,
  });
};

/** Refuses work while the service stops. */
export const refuseWhileDraining =
  (drain: Drain): RequestHandler =>
  (_request: Request, response: Response, next) => {
    if (drain.draining) throw drainingError(response);
    next();
  };
