import type { RequestHandler } from 'express';
import { type Logger, pino } from 'pino';
import { beginExchange, type Outcome } from './exchange.js';

/** JSON lines on the standard output, or readable ones when it is a terminal. */
export const createLogger = async (isTerminal: boolean): Promise<Logger> => {
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (!isTerminal) return pino(options, pino.destination({ dest: 1, sync: false }));
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ sync: true, singleLine: true }));
};

const harmless = new Set<Outcome>(['ok', 'client-left', 'invalid-request']);

/** One line per request when it is over; no query, no headers, no bodies. Probes are logged at level debug. */
export const createRequestLog =
  (logger: Logger): RequestHandler =>
  (request, response, next) => {
    const exchange = beginExchange(request, response);
    response.setHeader('x-request-id', exchange.requestId);
    response.once('close', () => {
      const outcome = exchange.outcome ?? (response.writableFinished ? 'ok' : 'client-left');
      const isProbe = exchange.path === '/healthz' || exchange.path === '/readyz';
      const level = isProbe ? 'debug' : harmless.has(outcome) ? 'info' : 'warn';
      logger[level](
        {
          request_id: exchange.requestId,
          method: request.method,
          path: exchange.path,
          // Absent when the client left before there was one.
          ...(response.headersSent && { status: response.statusCode }),
          ms: Math.round((performance.now() - exchange.startedAt) * 10) / 10,
          outcome,
        },
        'request',
      );
    });
    next();
  };
