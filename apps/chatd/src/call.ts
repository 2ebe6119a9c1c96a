import { performance } from 'node:perf_hooks';
import { ChatError } from '@lakehouse/chat-core';
import type { Request, RequestHandler, Response } from 'express';
import type { Drain } from './drain.js';
import type { Service } from './service.js';
import { readVia } from './via.js';

/** What belongs to one HTTP request. */
export interface Call {
  readonly requestId: string;
  /** Aborted when the caller leaves before its answer is complete, and when the service stops. */
  readonly signal: AbortSignal;
  /** When the request came, in Unix milliseconds. */
  readonly createdAt: number;
  /** Milliseconds since the request came, to a tenth. */
  elapsedMs(): number;
  /** The services that the request has passed through, this one last. Throws for a loop, and for a malformed header. */
  via(): readonly string[];
}

const sane = /^[A-Za-z0-9._:-]{1,128}$/;
const calls = new WeakMap<Request, Call>();

/** Opens a call for every request: an id that is safe to repeat, and a signal that knows when the caller leaves. */
export const openCall =
  ({ drain, instanceId }: Pick<Service, 'drain' | 'instanceId'>): RequestHandler =>
  (request, response, next) => {
    const asked = request.headers['x-request-id'];
    const requestId = typeof asked === 'string' && sane.test(asked) ? asked : `req_${crypto.randomUUID()}`;
    const startedAt = performance.now();
    const controller = new AbortController();
    const leave = drain.enter({ controller, destroy: () => response.destroy() });
    response.once('close', () => {
      leave();
      if (!response.writableFinished) controller.abort();
    });
    calls.set(request, {
      requestId,
      signal: controller.signal,
      createdAt: Date.now(),
      elapsedMs: () => Math.round((performance.now() - startedAt) * 10) / 10,
      via: () => readVia(request, instanceId),
    });
    response.setHeader('x-request-id', requestId);
    next();
  };

export const callOf = (request: Request): Call => {
  const call = calls.get(request);
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
