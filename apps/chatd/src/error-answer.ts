import { ChatError, isChatError, toChatError } from '@lakehouse/chat-core';
import { type ErrorAnswer, formatNativeError } from '@lakehouse/chat-dialects';
import type { ErrorRequestHandler, Response } from 'express';
import { callOf } from './call.js';
import { describeDefect } from './defect.js';
import type { Logger } from './log.js';

/** Express's own errors (a malformed path, for example) carry a status of the 400s. */
const toError = (error: unknown): ChatError => {
  if (isChatError(error)) return error;
  const { status } = error as { status?: unknown };
  if (typeof status !== 'number' || status < 400 || status >= 500) return toChatError(error);
  return new ChatError('invalid-request', 'The request is malformed', { status, cause: error });
};

/** Sends an error as status, headers and body; does nothing when the answer has begun or the caller has left. */
export const sendError = (response: Response, { status, headers, body }: ErrorAnswer): void => {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.status(status).set(headers).json(body);
};

/** Last in the line: what no front answers becomes the native error shape; defects are logged with their stack. */
export const answerError =
  (log: Logger): ErrorRequestHandler =>
  (thrown, request, response, _next) => {
    const { requestId } = callOf(request);
    const error = toError(thrown);
    if (error.code === 'internal')
      log.error({ request_id: requestId, defect: describeDefect(error.cause ?? error) }, 'defect');
    sendError(response, formatNativeError(error, { requestId }));
  };
