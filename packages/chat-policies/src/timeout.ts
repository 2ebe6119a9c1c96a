import {
  ChatError,
  type ChatEvent,
  type ChatMiddleware,
  type TimeoutPhase,
  toChatError,
} from '@lakehouse/chat-core';
import { formatDuration } from './format-duration.js';
import type { PolicyContext } from './policy-context.js';
import { TimedStream } from './timed-stream.js';
import { createWaitClock, type WaitClock } from './wait-clock.js';

/** Limits in milliseconds; an absent one means none. */
export interface TimeoutOptions {
  /** Named in the errors. */
  readonly provider?: string;
  /** Until the first content of a streamed answer; a whole answer says nothing until it is complete. */
  readonly firstContentMs?: number;
  /** Between two events, from the first content on. */
  readonly idleMs?: number;
  /** For everything, the time that the caller takes included. */
  readonly totalMs?: number;
  /** How long a call may take to unwind once its signal is aborted, before it is left behind; default 50. */
  readonly graceMs?: number;
}

/** A provider may read its connection to the end after the answer, so that the next call can have it. */
const lingerMs = 1000;

type LimitedPhase = Extract<TimeoutPhase, 'first-content' | 'idle' | 'total'>;

const sayings: Readonly<Record<LimitedPhase, string>> = {
  'first-content': 'sent no content within',
  idle: 'fell silent in the middle of its answer for',
  total: 'did not complete its answer within',
};

/**
 * Limits the time of one call. When a limit is reached, the inner call's signal is aborted, so that its socket closes,
 * and the error is `timeout` with the phase; when the caller's own signal fires, it is `aborted`. First-content and idle
 * count only while the upstream is waited for, so that a slow consumer is never held against it.
 *
 * A handler that obeys its signal, as the contract demands, unwinds before the error surfaces. One that does not is left
 * behind after `graceMs`: it may hold its socket, but not its caller. What follows `response-end` is waited for at most
 * a second.
 */
export const timeout =
  (options: TimeoutOptions): ChatMiddleware =>
  (next) =>
  (request, context) => {
    const { firstContentMs, idleMs, totalMs, graceMs = 50 } = options;
    const firstMs = context.delivery === 'stream' ? firstContentMs : undefined;
    // Without a limit of its own this policy only cuts off who does not obey the caller's signal.
    const isLimited = totalMs !== undefined || firstMs !== undefined || idleMs !== undefined;
    const controller = isLimited ? new AbortController() : undefined;
    const signal = controller?.signal ?? context.signal;
    const limit = (phase: LimitedPhase, ms: number | undefined): WaitClock | undefined =>
      ms === undefined
        ? undefined
        : createWaitClock(ms, () => stream.stop(timeoutError(phase, ms, options.provider)));
    const open = (): AsyncIterable<ChatEvent> =>
      next(request, isLimited ? { ...context, signal, ...deadlineOf(options, context) } : context);
    const stream = new TimedStream(open, context.signal, {
      total: limit('total', totalMs),
      firstContent: limit('first-content', firstMs),
      idle: limit('idle', idleMs),
      graceMs,
      lingerMs,
      signal,
      abort: (reason) => controller?.abort(reason),
      toError: (error) => (signal.aborted ? toChatError(error, { ...target(options), signal }) : error),
    });
    return stream;
  };

/** The earlier of the outer deadline and this policy's own. */
const deadlineOf = (
  { totalMs }: TimeoutOptions,
  { deadline = Number.POSITIVE_INFINITY }: PolicyContext,
): Pick<PolicyContext, 'deadline'> =>
  totalMs === undefined ? {} : { deadline: Math.min(deadline, performance.now() + totalMs) };

const target = ({ provider }: TimeoutOptions): { provider?: string } =>
  provider === undefined ? {} : { provider };

const timeoutError = (phase: LimitedPhase, ms: number, provider: string | undefined): ChatError =>
  new ChatError('timeout', `${provider ?? 'the upstream'} ${sayings[phase]} ${formatDuration(ms)}`, {
    provider,
    phase,
  });

/** The error of a call whose total time is used up, for hosts that measure it from the arrival of a request. */
export const totalTimeoutError = (totalMs: number): ChatError => timeoutError('total', totalMs, undefined);
