import { type ChatError, type ChatMiddleware, type ChatRequest, toChatError } from '@lakehouse/chat-core';
import { longestTimerMs } from './longest-timer.js';
import { type Open, type Opened, opening, openUntilContent, orElse } from './opening.js';
import type { PolicyContext } from './policy-context.js';

/** Waits in milliseconds. */
export interface RetryOptions {
  /** Calls at most, the first included. */
  readonly attempts: number;
  /** The longest backoff before the second call; it doubles with each one after it. */
  readonly baseDelayMs: number;
  /** The longest backoff; while another target is left, the longest wait of any kind. */
  readonly maxDelayMs: number;
  /** The longest wait that an upstream may ask for; one that asks for more is not called again. */
  readonly maxRetryAfterMs: number;
  /** 0 ≤ x < 1, for tests; default `Math.random`. */
  readonly random?: () => number;
}

/** What the decision needs to know besides the failure itself. */
interface RetryState {
  readonly limits: RetryOptions;
  readonly retriesSoFar: number;
  /** A failure that asked for no wait was repeated at once already. */
  readonly repeatedAtOnce: boolean;
  /** Targets that are left after this one. */
  readonly alternatives: number;
  /** What is left of the total budget. */
  readonly leftMs: number;
  /** 0 ≤ x < 1: which part of the backoff is slept. */
  readonly jitter: number;
}

/** How long to wait before the same call is made again; undefined when it is not worth it. */
export const waitBeforeRetry = (error: ChatError, state: RetryState): number | undefined => {
  const { limits, retriesSoFar, alternatives, leftMs } = state;
  if (!error.retryable || retriesSoFar + 1 >= limits.attempts) return undefined;
  if (alternatives > 0 && wasSilent(error)) return undefined;
  const wait = waitOf(error, state);
  return wait === undefined || wait >= leftMs ? undefined : wait;
};

/** Who let a time limit pass would cost as much time again; the next target is quicker. */
const wasSilent = ({ code }: ChatError): boolean => code === 'timeout';

const waitOf = (
  { retryAfterMs }: ChatError,
  { limits, retriesSoFar, repeatedAtOnce, alternatives, jitter }: RetryState,
): number | undefined => {
  if (retryAfterMs === 0 && !repeatedAtOnce) return 0;
  if (retryAfterMs !== undefined && retryAfterMs > 0) {
    // To sleep a capped time and to ask early would hammer a provider that said when to come back.
    const longest =
      alternatives > 0 ? Math.min(limits.maxDelayMs, limits.maxRetryAfterMs) : limits.maxRetryAfterMs;
    return retryAfterMs <= Math.min(longest, longestTimerMs) ? retryAfterMs : undefined;
  }
  return Math.floor(
    jitter * Math.min(limits.maxDelayMs, limits.baseDelayMs * 2 ** retriesSoFar, longestTimerMs),
  );
};

/** Ends at its time or when the signal is aborted, whichever is first. */
const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake, { once: true });
  });

/**
 * Repeats a call of one target that failed before its first content with an error that is `retryable`. It waits as long
 * as the upstream asked, else for an exponential backoff with full jitter. It passes the failure on instead of a wait
 * that is too long, that outlives the total budget, or that another target makes needless; a failure after content is
 * always passed on as it is. The single probe of a half-open circuit is not repeated.
 *
 * It goes around what belongs to one call (`recordAttempt`, `timeout`), so that each call has its own entry in the
 * trail, and inside of what belongs to the target.
 */
export const retry = (limits: RetryOptions): ChatMiddleware =>
  opening(
    (next) => (request, context) =>
      orElse(
        () => openUntilContent(next, request, context),
        (error) => openAgain(error, next, request, context, limits),
      ),
  );

const openAgain = async (
  first: unknown,
  next: Open,
  request: ChatRequest,
  context: PolicyContext,
  limits: RetryOptions,
): Promise<Opened> => {
  const { signal, probe, alternatives = 0, deadline = Number.POSITIVE_INFINITY } = context;
  const { random = Math.random } = limits;
  let error = first;
  let repeatedAtOnce = false;
  for (let retriesSoFar = 0; ; retriesSoFar += 1) {
    const failure = toChatError(error, { model: request.model, signal });
    if (signal.aborted || probe) throw failure;
    const leftMs = deadline - performance.now();
    const state = { limits, retriesSoFar, repeatedAtOnce, alternatives, leftMs, jitter: random() };
    const wait = waitBeforeRetry(failure, state);
    if (wait === undefined) throw failure;
    if (wait > 0) await sleep(wait, signal);
    if (signal.aborted) throw toChatError(failure, { model: request.model, signal });
    repeatedAtOnce ||= failure.retryAfterMs === 0;
    try {
      return await openUntilContent(next, request, context);
    } catch (another) {
      error = another;
    }
  }
};
