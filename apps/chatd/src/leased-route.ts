import type { Request, Response } from 'express';
import type { Handle } from './direct-routes.js';
import type { Runtime } from './runtime.js';
import type { RuntimeHolder } from './runtime-holder.js';
import { limitStall, stallMsOf } from './stall.js';

/** A route that works with a runtime: it is over, streams unwound, when its promise settles. */
export type RuntimeRoute = (runtime: Runtime, request: Request, response: Response) => Promise<void>;

/**
 * Gives a route the runtime that is current when its request comes, and the only one that it sees. That runtime stays
 * open until the response is closed, which an aborted one is too, and the route is over, whichever comes later. A reader
 * that stops taking the answer does not keep it open.
 */
export const createLeasedRoute =
  (runtimes: RuntimeHolder, route: RuntimeRoute): Handle =>
  async (request, response) => {
    const lease = runtimes.lease();
    let ends = 0;
    const end = (): void => {
      ends += 1;
      if (ends === 2) lease.release();
    };
    response.on('close', end);
    try {
      await route(lease.runtime, request, response);
    } finally {
      limitStall(response, stallMsOf(lease.runtime.config));
      end();
    }
  };
