import { ChatError, type TimeoutPhase } from '@lakehouse/chat-core';
import type { PieceSource } from './response-reader.js';

/** How long a streamed body may say nothing, in milliseconds; 0 means for ever. */
export interface SilenceLimits {
  readonly provider: string;
  readonly model?: string | undefined;
  /** Until the first piece, counted from `startedAt`: a server may send its headers before it loads a model. */
  readonly firstContentMs: number;
  /** Between two pieces; before the first one too, when `firstContentMs` is 0. */
  readonly idleMs: number;
  /** `performance.now()` of the call's start. */
  readonly startedAt: number;
}

const silenceError = (limits: SilenceLimits, phase: TimeoutPhase): ChatError => {
  const { provider, model } = limits;
  const what =
    phase === 'idle' ? 'fell silent in the middle of its answer' : 'did not begin to answer in time';
  return new ChatError('timeout', `${provider} ${what}`, { provider, model, phase });
};

/** Destroys the source when its next piece is waited for too long. */
const startClock = (
  source: PieceSource,
  limits: SilenceLimits,
  first: boolean,
): NodeJS.Timeout | undefined => {
  const untilFirst = first && limits.firstContentMs > 0;
  const ms = untilFirst
    ? Math.max(1, limits.firstContentMs - (performance.now() - limits.startedAt))
    : limits.idleMs;
  if (ms <= 0) return undefined;
  return setTimeout(() => {
    source.destroy(silenceError(limits, untilFirst ? 'first-content' : 'idle'));
  }, ms);
};

/**
 * The pieces of a body. The clock runs only while a piece is waited for: a slow consumer is not the upstream's fault.
 * However the reading ends, the source is destroyed; `toError` makes what is thrown of what went wrong.
 */
export async function* readPieces(
  source: PieceSource,
  limits: SilenceLimits | undefined,
  toError: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  let first = true;
  let clock: NodeJS.Timeout | undefined;
  try {
    for (;;) {
      clock = limits && startClock(source, limits, first);
      const piece = await source.pull();
      clearTimeout(clock);
      if (piece === undefined) return;
      first = false;
      yield piece;
    }
  } catch (error) {
    throw toError(error);
  } finally {
    clearTimeout(clock);
    source.destroy();
  }
}
