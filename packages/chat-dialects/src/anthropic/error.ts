import { type ChatError, type ErrorCode, errorTable } from '@lakehouse/chat-core';
import type { AnswerMeta, ErrorAnswer } from '../front.js';
import { present } from '../present.js';
import { toRetryHeaders } from '../retry-headers.js';
import { parameterNames } from './body-names.js';

type Meta = Pick<AnswerMeta, 'requestId'>;

interface ErrorDetails {
  readonly error_code: 'thread_unsupported_request';
}

/** The body of a failure, and the data of an `error` event. */
interface AnthropicErrorBody {
  readonly type: 'error';
  readonly error: { readonly type: string; readonly message: string; readonly details?: ErrorDetails };
  readonly request_id: string;
}

/** Status and type of each code, on this front. */
const classes: Readonly<Record<ErrorCode, readonly [number, string]>> = {
  'invalid-request': [400, 'invalid_request_error'],
  // The upstream rejects the key of this service; the caller's own is in order, which a 401 would deny.
  unauthenticated: [502, 'api_error'],
  'permission-denied': [403, 'permission_error'],
  'model-not-found': [404, 'not_found_error'],
  'provider-unavailable': [404, 'not_found_error'],
  'context-too-long': [400, 'invalid_request_error'],
  'content-filtered': [400, 'invalid_request_error'],
  unsupported: [400, 'invalid_request_error'],
  'rate-limited': [429, 'rate_limit_error'],
  'quota-exceeded': [429, 'billing_error'],
  overloaded: [529, 'overloaded_error'],
  unreachable: [502, 'api_error'],
  'bad-response': [502, 'api_error'],
  'upstream-failure': [502, 'api_error'],
  timeout: [504, 'timeout_error'],
  aborted: [499, 'api_error'],
  internal: [500, 'api_error'],
};

/** The types that belong to a status, for errors that have one of their own. */
const types: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

const classOf = ({ code, status }: ChatError): readonly [number, string] => {
  if (status === errorTable[code].status) return classes[code];
  return [status, types.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error')];
};

const tooLong = 'prompt is too long';

/** Clients compact a conversation when they read these words. */
const toMessage = ({ code, message, path }: ChatError): string => {
  const text = path === undefined ? message : parameterNames.toText(message, path);
  if (code === 'context-too-long' && !text.toLowerCase().startsWith(tooLong)) return `${tooLong}: ${text}`;
  return text.trim() === '' ? errorTable[code].meaning : text;
};

/** SDKs that keep a conversation in a thread of the server send all of its messages once they read this. */
const toDetails = ({ code, path }: ChatError): ErrorDetails | undefined =>
  code === 'unsupported' && path === 'thread' ? { error_code: 'thread_unsupported_request' } : undefined;

/** It shows neither the cause nor anything of the upstream's body. */
export const formatErrorBody = (error: ChatError, { requestId }: Meta): AnthropicErrorBody => ({
  type: 'error',
  error: {
    type: classOf(error)[1],
    message: toMessage(error),
    ...present({ details: toDetails(error) }),
  },
  request_id: requestId,
});

/** Status, headers and body for a failure before any output. */
export const formatAnthropicError = (error: ChatError, meta: Meta): ErrorAnswer => ({
  status: classOf(error)[0],
  headers: { 'request-id': meta.requestId, ...toRetryHeaders(error) },
  body: formatErrorBody(error, meta),
});
