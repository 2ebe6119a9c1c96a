import { type ChatError, type ErrorCode, errorTable } from '@lakehouse/chat-core';
import type { ErrorAnswer } from '../front.js';
import { toRetryHeaders } from '../retry-headers.js';
import { openaiNames } from './names.js';

/** The object under `error`, in a body and in a stream. */
export interface OpenaiErrorObject {
  readonly message: string;
  readonly type: string;
  /** The wrong field, in the names of the body. */
  readonly param: string | null;
  readonly code: string;
}

type Words = readonly [type: string, code: string];

const words: Readonly<Record<ErrorCode, Words>> = {
  'invalid-request': ['invalid_request_error', 'invalid_value'],
  unauthenticated: ['api_error', 'upstream_auth'],
  'permission-denied': ['permission_error', 'permission_denied'],
  'model-not-found': ['invalid_request_error', 'model_not_found'],
  'provider-unavailable': ['invalid_request_error', 'provider_unavailable'],
  'context-too-long': ['invalid_request_error', 'context_length_exceeded'],
  'content-filtered': ['invalid_request_error', 'content_filter'],
  unsupported: ['invalid_request_error', 'unsupported_value'],
  'rate-limited': ['rate_limit_error', 'rate_limit_exceeded'],
  'quota-exceeded': ['insufficient_quota', 'insufficient_quota'],
  overloaded: ['server_error', 'overloaded'],
  unreachable: ['server_error', 'connection'],
  'bad-response': ['server_error', 'bad_upstream_response'],
  'upstream-failure': ['server_error', 'upstream_error'],
  timeout: ['timeout', 'timeout'],
  aborted: ['server_error', 'aborted'],
  internal: ['server_error', 'internal_error'],
};

/** The service's own refusal of a key has this status; an upstream's is a 502. */
const isOwnKeyRefused = ({ code, status }: ChatError): boolean =>
  code === 'unauthenticated' && status === 401;

const toWords = (error: ChatError): Words =>
  isOwnKeyRefused(error) ? ['invalid_request_error', 'invalid_api_key'] : words[error.code];

/** The object under `error`. It shows neither the cause nor anything of the upstream's body. */
export const toErrorObject = (error: ChatError): OpenaiErrorObject => {
  const { path } = error;
  const [type, code] = toWords(error);
  const message = error.message.trim() === '' ? errorTable[error.code].meaning : error.message;
  return {
    message: path === undefined ? message : openaiNames.toText(message, path),
    type,
    param: path === undefined ? null : openaiNames.toName(path),
    code,
  };
};

/** Status, headers and body of a failure before any output. The SDKs choose their exception by the status. */
export const formatOpenaiError = (error: ChatError): ErrorAnswer => ({
  status: error.code === 'model-not-found' ? 404 : error.status,
  headers: toRetryHeaders(error),
  body: { error: toErrorObject(error) },
});
