import type { Front, RouteInput } from '@lakehouse/chat-dialects';
import type { Request } from 'express';
import { bodyLimits, readJson } from './body.js';
import { callOf } from './call.js';
import type { ChatdConfig } from './config.js';

const toText = (value: string | readonly string[] | undefined): string =>
  typeof value === 'object' ? value.join('/') : (value ?? '');

/**
 * What a front gets of a request; only a request that may have a body is read. A page in somebody's browser may send a
 * body of another content type without asking first, but it cannot leave out its origin.
 */
export const readInput = async (
  request: Request,
  config: ChatdConfig,
  { anyContentType = false }: Pick<Front, 'anyContentType'>,
): Promise<RouteInput> => {
  const { headers, method } = request;
  const limits = bodyLimits(config, callOf(request).signal);
  const options = { ...limits, anyContentType: anyContentType && headers.origin === undefined };
  return {
    body: method === 'POST' ? await readJson(request, options) : undefined,
    ...withoutBody(request),
  };
};

export const withoutBody = ({ params, headers }: Request): Omit<RouteInput, 'body'> => ({
  params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, toText(value)])),
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === undefined ? value : toText(value)]),
  ),
});

/** Whether a body is announced: SDKs send some of their requests by POST without one, and without a content type. */
export const hasBody = ({ headers }: Pick<Request, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
