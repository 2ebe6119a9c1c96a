import { ChatError, type TimeoutPhase } from '@lakehouse/chat-core';
import type { PieceSource } from './response-reader.js';
import { SilenceClock } from './silence-clock.js';

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

/**
 * The pieces of a body. The clock runs only while a piece is waited for: a slow consumer is not the upstream's fault.
 * However the reading ends, the source is destroyed; `toError` makes what is thrown of what went wrong.
 */
export async function* readPieces(
  source: PieceSource,
  limits: SilenceLimits | undefined,
  toError: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  const { firstContentMs = 0, idleMs = 0, startedAt = 0 } = limits ?? {};
  let first = firstContentMs > 0;
  const clock =
    limits && new SilenceClock(() => source.destroy(silenceError(limits, first ? 'first-content' : 'idle')));
  try {
    for (;;) {
      if (first) clock?.start(Math.max(1, firstContentMs - (performance.now() - startedAt)));
      else if (idleMs > 0) clock?.start(idleMs);
      const piece = await source.pull();
      clock?.pause();
      if (piece === undefined) return;
      first = false;
      yield piece;
    }
  } catch (error) {
    throw toError(error);
  } finally {
    clock?.stop();
    source.destroy();
  }
}
