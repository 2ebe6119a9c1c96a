import type { ChatError } from '@lakehouse/chat-core';
import { present } from '../present.js';
import { toRetryHeaders } from '../retry-headers.js';
import type { NativeErrorObject } from './answer.js';
import { nativeNames } from './names.js';
import { toWireAttempts } from './response.js';

/** What the host knows of a failed request. */
export interface NativeErrorMeta {
  /** The host's id of the request. */
  readonly requestId: string;
}

/** A failure as `POST /v1/chat` answers it. */
export interface NativeErrorAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body. */
  readonly body: { readonly error: NativeErrorObject };
}

/** A provider speaks of the parameters of `ChatRequest`; what has no provider speaks of the body's fields already. */
const inBodyNames = ({ message, path, provider }: ChatError): Pick<ChatError, 'message' | 'path'> =>
  path === undefined || provider === undefined
    ? { message, path }
    : { message: nativeNames.toText(message, path), path: nativeNames.toName(path) };

/** The object under `error`. It shows neither the cause nor anything of the upstream's body. */
export const formatErrorObject = (error: ChatError, { requestId }: NativeErrorMeta): NativeErrorObject => {
  const { message, path } = inBodyNames(error);
  const { code, provider, model, phase, retryable } = error;
  return {
    code,
    message,
    ...present({ provider, model, path, phase }),
    retryable,
    upstream_status: error.upstreamStatus ?? null,
    request_id: requestId,
    ...present({ attempts: toWireAttempts(error.attempts) }),
  };
};

/** Status, headers and body for a failure before any output. */
export const formatNativeError = (error: ChatError, meta: NativeErrorMeta): NativeErrorAnswer => ({
  status: error.status,
  headers: toRetryHeaders(error),
  body: { error: formatErrorObject(error, meta) },
});
