import { ChatError, type ChatErrorOptions } from './error.js';

/** The same failure with some facts added or replaced. Errors are immutable and may be shared, so this is a copy. */
export const withErrorDetails = (
  error: ChatError,
  details: ChatErrorOptions & { readonly message?: string },
): ChatError => {
  const { provider, model, path, phase, retryAfterMs, upstreamStatus, upstreamRequestId, bodyExcerpt } =
    error;
  const { status, retryable, reroutable, attempts, cause } = error;
  const { message = error.message, ...others } = details;
  const copy = new ChatError(error.code, message, {
    provider,
    model,
    path,
    phase,
    retryAfterMs,
    upstreamStatus,
    upstreamRequestId,
    bodyExcerpt,
    status,
    retryable,
    reroutable,
    attempts,
    cause,
    ...others,
  });
  if (error.stack !== undefined) copy.stack = error.stack; // where it happened, not where it was copied
  return copy;
};
