import type { IncomingMessage, ServerResponse } from 'node:http';
import { ChatError, Turn } from '@lakehouse/chat-core';
import { fronts } from '@lakehouse/chat-dialects';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { openCall, refuseWhileDraining } from './call.js';
import { createDirectRoutes, type Handle } from './direct-routes.js';
import { answerError } from './error-answer.js';
import { mountFronts } from './front-routes.js';
import { refuseForeignHosts } from './host-guard.js';
import { listModels, listProviders } from './info-routes.js';
import { createLeasedRoute, type RuntimeRoute } from './leased-route.js';
import { answerMetrics } from './metrics/metrics-route.js';
import { refuseMethod } from './refuse-method.js';
import { explainModel } from './resolve-route.js';
import type { Service } from './service.js';

const allowOnly =
  (method: string): RequestHandler =>
  (request, response) => {
    throw refuseMethod(request, response, [method]);
  };

/** The service as HTTP. */
export interface App {
  /** All routes. */
  readonly express: Express;
  /** Answers a request; both objects must have the prototypes of `express`. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
}

const noParams: Request['params'] = Object.freeze({});

/** The routes of the service, each request over the runtime that is current when it comes. */
export const createApp = (service: Service): App => {
  const { runtimes, drain, log, instanceId, gather } = service;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const open = openCall({ drain, instanceId, turn: new Turn() });
  const refuseHost = refuseForeignHosts(service);
  const admit = (request: Request, response: Response): void => {
    open(request, response);
    refuseHost(request);
  };
  app.use((request, response, next) => {
    admit(request, response);
    next();
  });
  const alive: RequestHandler = (_request, response) => {
    response.json({ status: 'ok' });
  };
  const ready: RequestHandler = (_request, response) => {
    response.status(drain.draining ? 503 : 200).json({ status: drain.draining ? 'draining' : 'ready' });
  };
  app.route('/healthz').get(alive).all(allowOnly('GET'));
  app.route('/readyz').get(ready).all(allowOnly('GET'));
  const leased = (route: RuntimeRoute): RequestHandler => createLeasedRoute(runtimes, route);
  app
    .route('/metrics')
    .get(leased(answerMetrics(service)))
    .all(allowOnly('GET'));
  const findRoute = createDirectRoutes(mountFronts(app, fronts, service));
  app.use('/v1', refuseWhileDraining(drain));
  app
    .route('/v1/chat/providers')
    .get(leased(listProviders(gather)))
    .all(allowOnly('GET'));
  app.route('/v1/chat/models').get(leased(listModels)).all(allowOnly('GET'));
  app.route('/v1/chat/resolve').post(leased(explainModel)).all(allowOnly('POST'));
  app.use((request: Request) => {
    throw new ChatError('invalid-request', `There is no ${request.method} ${request.path}`, { status: 404 });
  });
  const refuse = answerError(log);
  app.use(refuse);
  /** What Express does for a request, as far as a route of a front needs it. */
  const answer = async (handle: Handle, request: Request, response: Response): Promise<void> => {
    try {
      request.res = response;
      request.params = noParams;
      admit(request, response);
      await handle(request, response);
    } catch (error) {
      refuse(error, request, response, () => undefined);
    }
  };
  return {
    express: app,
    listener: (request, response) => {
      const handle = findRoute(request);
      if (handle) void answer(handle, request as Request, response as Response);
      else app(request, response);
    },
  };
};
