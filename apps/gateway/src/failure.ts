import type { ServerResponse } from 'node:http';
import { endExchange, exchangeOf } from './exchange.js';

const failures = {
  'invalid-request': { status: 400, retryable: false },
  'permission-denied': { status: 403, retryable: false },
  unreachable: { status: 502, retryable: true },
  'bad-response': { status: 502, retryable: true },
  overloaded: { status: 503, retryable: true },
  timeout: { status: 504, retryable: true },
  internal: { status: 500, retryable: false },
} as const;

/** The codes of chatd's error table that the gateway itself answers with. */
export type FailureCode = keyof typeof failures;

/** An answer of the gateway's own. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  /** In place of the code's usual HTTP status. */
  readonly status?: number;
  /** Which time limit ended it. */
  readonly phase?: 'connect' | 'idle';
  readonly retryAfterSeconds?: number;
}

/**
 * Answers with a failure in chatd's error shape. Once an answer has begun the connection is destroyed instead, so that
 * the client sees that the answer is not whole.
 */
export const sendFailure = (response: ServerResponse, failure: Failure): void => {
  endExchange(response, failure.code);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, message, phase, retryAfterSeconds } = failure;
  const { requestId } = exchangeOf(response);
  const { status, retryable } = failures[code];
  const error = {
    code,
    message,
    ...(phase && { phase }),
    retryable,
    upstream_status: null,
    request_id: requestId,
  };
  const body = Buffer.from(JSON.stringify({ error }));
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
  response.writeHead(failure.status ?? status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'x-request-id': requestId,
  });
  response.end(body);
};
