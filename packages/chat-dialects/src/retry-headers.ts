import type { ChatError, ErrorCode } from '@lakehouse/chat-core';

/** Classes whose wait the caller is told. */
const waiting: ReadonlySet<ErrorCode> = new Set(['rate-limited', 'quota-exceeded', 'overloaded']);

/** Headers, in lower case, that say whether and when to ask again: the same for every front. */
export const toRetryHeaders = (error: ChatError): Record<string, string> => {
  const wait = waiting.has(error.code) ? error.retryAfterMs : undefined;
  return {
    ...(wait !== undefined && {
      'retry-after': String(Math.max(1, Math.ceil(wait / 1000))),
      'retry-after-ms': String(Math.max(0, Math.ceil(wait))),
    }),
    // Widespread SDKs repeat every 429 and 5xx unless this header forbids it.
    ...(!error.retryable && { 'x-should-retry': 'false' }),
  };
};
