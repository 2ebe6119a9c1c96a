import type { Front, RouteInput } from '@lakehouse/chat-dialects';
import type { Request } from 'express';
import { bodyLimits, readJson } from './body.js';
import { callOf } from './call.js';
import type { ChatdConfig } from './config.js';

/** Express gives the parts of a path in a list, and node:http gives one header so, which means nothing in a request. */
const textsOf = (
  values: Readonly<Record<string, string | readonly string[] | undefined>>,
): RouteInput['params'] & RouteInput['headers'] => {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (value !== undefined) texts[name] = typeof value === 'string' ? value : value.join('/');
  }
  return texts;
};

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
  const limits = bodyLimits(config, callOf(request));
  const options = { ...limits, anyContentType: anyContentType && headers.origin === undefined };
  return {
    body: method === 'POST' ? await readJson(request, options) : undefined,
    ...withoutBody(request),
  };
};

export const withoutBody = ({ params, headers }: Request): Omit<RouteInput, 'body'> => ({
  params: textsOf(params),
  headers: headers['set-cookie'] === undefined ? (headers as RouteInput['headers']) : textsOf(headers),
});

/** Whether a body is announced: SDKs send some of their requests by POST without one, and without a content type. */
export const hasBody = ({ headers }: Pick<Request, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
