import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { GatewayConfig } from './config.js';
import type { Drain } from './drain.js';
import { sendFailure } from './failure.js';
import type { Forwarder } from './forward.js';
import { toForwardedPath } from './forwarded-path.js';
import { createReadyz, healthz } from './health.js';
import { createRequestLog } from './log.js';

export interface AppParts {
  readonly config: Pick<GatewayConfig, 'chatdUrl'>;
  readonly forwarder: Forwarder;
  readonly drain: Drain;
  readonly logger: Logger;
}

const refuseUnknown: RequestHandler = (request, response, next) => {
  const path = toForwardedPath(request.url);
  if (path === undefined) {
    const message = 'there is no such route here: the gateway forwards /v1/chat and /v1/chat/*';
    sendFailure(response, { code: 'invalid-request', status: 404, message });
    return;
  }
  request.url = path;
  next();
};

/** Express recognises an error handler by its four parameters. */
const createErrorHandler =
  (logger: Logger): ErrorRequestHandler =>
  (error: unknown, _request, response, _next) => {
    logger.error({ err: error }, 'internal error');
    sendFailure(response, { code: 'internal', message: 'internal error of the gateway' });
  };

/** The gateway's routes, without a server. */
export const createApp = ({ config, forwarder, drain, logger }: AppParts): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(createRequestLog(logger));
  app.get('/healthz', healthz);
  app.get('/readyz', createReadyz(config.chatdUrl, drain));
  app.use(refuseUnknown, drain.guard, (request, response) => forwarder.forward(request, response));
  app.use(createErrorHandler(logger));
  return app;
};
