import type { ChatError, ErrorCode } from '@lakehouse/chat-core';
import type { NativeErrorObject } from './answer.js';
import { present } from './present.js';
import { toWireAttempts, toWireName, toWireText } from './response.js';

export interface NativeErrorMeta {
  readonly requestId: string;
}

export interface NativeErrorAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: NativeErrorObject };
}

/** Classes whose wait the caller is told. */
const waiting: ReadonlySet<ErrorCode> = new Set(['rate-limited', 'quota-exceeded', 'overloaded']);

const toHeaders = (error: ChatError): Record<string, string> => {
  const wait = waiting.has(error.code) ? error.retryAfterMs : undefined;
  return {
    ...(wait !== undefined && {
      'retry-after': String(Math.max(1, Math.ceil(wait / 1000))),
      'retry-after-ms': String(Math.max(0, Math.ceil(wait))),
    }),
    // The SDKs of OpenAI and Anthropic repeat every 429 and 5xx unless this header forbids it.
    ...(!error.retryable && { 'x-should-retry': 'false' }),
  };
};

/** The object under `error`. It shows neither the cause nor anything of the upstream's body. */
export const formatErrorObject = (error: ChatError, { requestId }: NativeErrorMeta): NativeErrorObject => ({
  code: error.code,
  message: error.path === undefined ? error.message : toWireText(error.message, error.path),
  ...present({
    provider: error.provider,
    model: error.model,
    path: error.path === undefined ? undefined : toWireName(error.path),
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
  headers: toHeaders(error),
  body: { error: formatErrorObject(error, meta) },
});
