import type { ChatError } from '@lakehouse/chat-core';
import { present } from '../present.js';
import { toRetryHeaders } from '../retry-headers.js';
import type { NativeErrorObject } from './answer.js';
import { nativeNames } from './names.js';
import { toWireAttempts } from './response.js';

export interface NativeErrorMeta {
  readonly requestId: string;
}

export interface NativeErrorAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: NativeErrorObject };
}

/** The object under `error`. It shows neither the cause nor anything of the upstream's body. */
export const formatErrorObject = (error: ChatError, { requestId }: NativeErrorMeta): NativeErrorObject => ({
  code: error.code,
  message: error.path === undefined ? error.message : nativeNames.toText(error.message, error.path),
  ...present({
    provider: error.provider,
    model: error.model,
    path: error.path === undefined ? undefined : nativeNames.toName(error.path),
    phase: error.phase,
  }),
  retryable: error.retryable,
  upstream_status: error.upstreamStatus ?? null,
  request_id: requestId,
  ...present({ attempts: toWireAttempts(error.attempts) }),
});

/** Status, headers and body for a failure before any output. */
export const formatNativeError = (error: ChatError, meta: NativeErrorMeta): NativeErrorAnswer => ({
  status: error.status,
  headers: toRetryHeaders(error),
  body: { error: formatErrorObject(error, meta) },
});
