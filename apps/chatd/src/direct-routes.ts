import type { IncomingMessage } from 'node:http';
import type { FrontRoute } from '@lakehouse/chat-dialects';
import type { Request, Response } from 'express';

/** Answers a request, with all that goes wrong. */
export type Handle = (request: Request, response: Response) => Promise<void>;

/** A front's route that Express has, too. */
export interface MountedRoute {
  readonly route: Pick<FrontRoute, 'method' | 'path' | 'accepts'>;
  readonly handle: Handle;
}

/** Gives the route that a request names by its whole path. */
export type FindRoute = (request: Pick<IncomingMessage, 'method' | 'url'>) => Handle | undefined;

const isPattern = (path: string): boolean => /[:*{]/.test(path);

/**
 * Finds routes that are asked with POST, and whose path leaves nothing open, in a table. Express looks through the list of its
 * routes, and makes closures and objects for each request, which is up to a tenth of what a short call costs. It has these
 * routes as well: a path with a query or in another spelling, and another method, are for Express.
 */
export const createDirectRoutes = (mounted: readonly MountedRoute[]): FindRoute => {
  const posts = mounted.filter(({ route }) => route.method === 'POST');
  const isAlone = ({ route }: MountedRoute): boolean =>
    route.accepts === undefined && posts.filter((other) => other.route.path === route.path).length === 1;
  const byPath = new Map(
    posts
      .filter((post) => !isPattern(post.route.path) && isAlone(post))
      .map(({ route, handle }) => [route.path, handle]),
  );
  return ({ method, url = '' }) => (method === 'POST' ? byPath.get(url) : undefined);
};
