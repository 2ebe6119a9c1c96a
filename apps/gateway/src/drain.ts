import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { endExchange } from './exchange.js';
import { sendFailure } from './failure.js';

/** Lets what has begun finish, and refuses the rest. */
export interface Drain {
  readonly isDraining: boolean;
  /** Counts a request until its end; while draining it is refused with 503. */
  readonly guard: RequestHandler;
  /** Resolves when no request is left; after `timeout` milliseconds the rest is cut. Gives the number of those. */
  begin(timeout: number): Promise<number>;
}

/** Another instance, or this one after its restart, takes requests again within seconds. */
const retryAfterSeconds = 5;

export const createDrain = (): Drain => {
  const active = new Set<ServerResponse>();
  let isDraining = false;
  let onEmpty: () => void = () => undefined;
  return {
    get isDraining() {
      return isDraining;
    },
    guard(_request, response, next) {
      if (isDraining) {
        response.shouldKeepAlive = false;
        sendFailure(response, { code: 'overloaded', message: 'the gateway is stopping', retryAfterSeconds });
        return;
      }
      active.add(response);
      response.once('close', () => {
        active.delete(response);
        if (active.size === 0) onEmpty();
      });
      next();
    },
    async begin(timeout) {
      isDraining = true;
      if (active.size === 0) return 0;
      const { promise, resolve } = Promise.withResolvers<void>();
      onEmpty = resolve;
      const timer = setTimeout(resolve, timeout);
      await promise;
      clearTimeout(timer);
      const rest = [...active];
      for (const response of rest) {
        endExchange(response, 'drain-timeout');
        response.destroy();
      }
      return rest.length;
    },
  };
};
