import { isTrustedHost } from '@lakehouse/config-file';
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
  readonly config: Pick<GatewayConfig, 'chatdUrl' | 'anyHost' | 'allowedHosts'>;
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

/** A page of the web may have the name of its own site lead to this machine, to use chatd's keys. */
const createHostGuard =
  ({ anyHost, allowedHosts }: AppParts['config']): RequestHandler =>
  (request, response, next) => {
    if (anyHost || isTrustedHost(request.headers.host, allowedHosts)) {
      next();
      return;
    }
    const message =
      'the Host header names neither an IP address nor localhost; add the name to allowed_hosts under [gateway]';
    sendFailure(response, { code: 'permission-denied', message });
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
  app.use(createHostGuard(config));
  app.get('/healthz', healthz);
  app.get('/readyz', createReadyz(config.chatdUrl, drain));
  app.use(refuseUnknown, drain.guard, (request, response) => forwarder.forward(request, response));
  app.use(createErrorHandler(logger));
  return app;
};
