import type { RouteInput } from '@lakehouse/chat-dialects';
import type { Request } from 'express';
import { bodyLimits, readJson } from './body.js';
import { callOf } from './call.js';
import type { ChatdConfig } from './config.js';

const toText = (value: string | readonly string[] | undefined): string =>
  typeof value === 'object' ? value.join('/') : (value ?? '');

/** What a front gets of a request; only a request that may have a body is read. */
export const readInput = async (request: Request, config: ChatdConfig): Promise<RouteInput> => {
  const hasBody = request.method === 'POST';
  return {
    body: hasBody ? await readJson(request, bodyLimits(config, callOf(request).signal)) : undefined,
    ...withoutBody(request),
  };
};

export const withoutBody = ({ params, headers }: Request): Omit<RouteInput, 'body'> => ({
  params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, toText(value)])),
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === undefined ? value : toText(value)]),
  ),
});
