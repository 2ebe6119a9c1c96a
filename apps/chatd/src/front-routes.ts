import { isChatError, toChatError } from '@lakehouse/chat-core';
import type { CatalogueRoute, Front, FrontRoute, PlainRoute } from '@lakehouse/chat-dialects';
import type { Express, RequestHandler } from 'express';
import { callOf, drainingError } from './call.js';
import { createEndCall } from './call-end.js';
import { listNames } from './catalogue.js';
import { createChatRoute } from './chat-route.js';
import { askerOf } from './deadline.js';
import { describeDefect } from './defect.js';
import type { MountedRoute } from './direct-routes.js';
import { createEmbedRoute } from './embed-route.js';
import { sendError } from './error-answer.js';
import { pointToHelp } from './help.js';
import { createLeasedRoute, type RuntimeRoute } from './leased-route.js';
import { refuseMethod } from './refuse-method.js';
import { hasBody, readInput, withoutBody } from './route-input.js';
import type { Service } from './service.js';

const createCatalogueRoute =
  (route: CatalogueRoute, front: Front): RuntimeRoute =>
  async (runtime, request, response) => {
    const input = await readInput(request, runtime.config, front);
    response.json(route.answer(await listNames(runtime, askerOf(callOf(request))), input));
  };

const createPlainRoute =
  (route: PlainRoute, front: Front): RuntimeRoute =>
  async (runtime, request, response) => {
    const input = hasBody(request)
      ? await readInput(request, runtime.config, front)
      : { body: undefined, ...withoutBody(request) };
    const body = route.answer(input);
    if (body === undefined) response.end();
    else response.json(body);
  };

const createRoute = (route: FrontRoute, front: Front, service: Service): RuntimeRoute => {
  switch (route.kind) {
    case 'chat':
      return createChatRoute(route, front, createEndCall(service, 'chat'));
    case 'embed':
      return createEmbedRoute(route, front, createEndCall(service, 'embed'));
    case 'catalogue':
      return createCatalogueRoute(route, front);
    case 'plain':
      return createPlainRoute(route, front);
  }
};

/** Whatever the route throws is answered in the front's own shape. A chat or embed route has logged it already. */
const inShapeOf = (front: Front, route: FrontRoute, service: Service): RuntimeRoute => {
  const { drain, log } = service;
  const answer = createRoute(route, front, service);
  const isLogged = route.kind === 'chat' || route.kind === 'embed';
  return async (runtime, request, response) => {
    const { requestId, signal } = callOf(request);
    if (front.requestIdHeader !== undefined) response.setHeader(front.requestIdHeader, requestId);
    try {
      if (drain.draining) throw drainingError(response);
      await answer(runtime, request, response);
    } catch (thrown) {
      // What a route has made of its failure knows more than the reason of the signal.
      const error = isChatError(thrown) ? thrown : toChatError(thrown, { signal });
      if (error.code === 'internal' && !isLogged)
        log.error({ request_id: requestId, defect: describeDefect(error.cause ?? error) }, 'defect');
      sendError(response, front.formatError(pointToHelp(error, runtime), { requestId }));
    }
  };
};

/** A path of a front with another method is refused in its shape; of two that share the path, in the first one's. */
const allowOnly =
  (front: Front, methods: ReadonlySet<string>): RequestHandler =>
  (request, response) => {
    const error = refuseMethod(request, response, methods);
    sendError(response, front.formatError(error, callOf(request)));
  };

/**
 * Mounts every route of the fronts, and gives them back. Of two that share a path, the first that accepts the request answers it.
 */
export const mountFronts = (
  app: Express,
  fronts: readonly Front[],
  service: Service,
): readonly MountedRoute[] => {
  const mounted: MountedRoute[] = [];
  const paths = new Map<string, { readonly front: Front; readonly methods: Set<string> }>();
  for (const front of fronts) {
    for (const route of front.routes) {
      const { method, path, accepts } = route;
      const handle = createLeasedRoute(service.runtimes, inShapeOf(front, route, service));
      const verb = method.toLowerCase() as Lowercase<FrontRoute['method']>;
      app.route(path)[verb]((request, response, next) => {
        if (accepts && !accepts(withoutBody(request).headers)) next();
        else return handle(request, response);
      });
      mounted.push({ route, handle });
      const known = paths.get(path) ?? { front, methods: new Set() };
      known.methods.add(method);
      paths.set(path, known);
    }
  }
  for (const [path, { front, methods }] of paths) app.route(path).all(allowOnly(front, methods));
  return mounted;
};
