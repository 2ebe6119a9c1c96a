import { ChatError } from '@lakehouse/chat-core';
import type { Request, Response } from 'express';

/** Says which methods a path takes, in the header `allow`, and gives the error; Express answers HEAD wherever it answers GET. */
export const refuseMethod = (request: Request, response: Response, methods: Iterable<string>): ChatError => {
  const all = new Set([...methods].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])));
  const allowed = [...all].join(', ');
  response.setHeader('allow', allowed);
  return new ChatError('invalid-request', `${request.path} takes ${allowed}`, { status: 405 });
};
