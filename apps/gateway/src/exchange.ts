import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FailureCode } from './failure.js';

/**
 * How an exchange ended. `ok`: chatd's answer arrived whole, whatever its status. `cut`: chatd broke off in the middle.
 * A failure's code: the gateway answered itself, or `timeout` ended the stream.
 */
export type Outcome = 'ok' | 'client-left' | 'client-stalled' | 'cut' | 'drain-timeout' | FailureCode;

/** What the gateway knows of one request and its answer. */
export interface Exchange {
  readonly requestId: string;
  /** Without the query, which may hold anything. */
  readonly path: string;
  /** `performance.now()` at the start. */
  readonly startedAt: number;
  /** Set by whoever ends the exchange early; the first one wins. */
  outcome?: Outcome;
}

const exchanges = new WeakMap<ServerResponse, Exchange>();

/** Other ids could forge log lines or headers further on. */
const saneId = /^[A-Za-z0-9._:-]{1,128}$/;

/** Starts the record of a request: its own sane `x-request-id`, or a new one. */
export const beginExchange = (request: IncomingMessage, response: ServerResponse): Exchange => {
  const asked = request.headers['x-request-id'];
  const exchange: Exchange = {
    requestId: typeof asked === 'string' && saneId.test(asked) ? asked : randomUUID(),
    path: (request.url ?? '').replace(/[?#].*$/s, ''),
    startedAt: performance.now(),
  };
  exchanges.set(response, exchange);
  return exchange;
};

/** The record that `beginExchange` started for a response. */
export const exchangeOf = (response: ServerResponse): Exchange => {
  const exchange = exchanges.get(response);
  if (!exchange) throw new Error('beginExchange was not called for this response');
  return exchange;
};

/** Notes how an exchange ended; only the first cause counts. */
export const endExchange = (response: ServerResponse, outcome: Outcome): void => {
  exchangeOf(response).outcome ??= outcome;
};
