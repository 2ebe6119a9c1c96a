import type { Readable } from 'node:stream';
import { ChatError, type TimeoutPhase } from '@lakehouse/chat-core';

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

/** Destroys the stream when its next piece is waited for too long. Gives back what stops the clock. */
const startClock = (stream: Readable, limits: SilenceLimits, first: boolean): (() => void) => {
  const untilFirst = first && limits.firstContentMs > 0;
  const ms = untilFirst
    ? Math.max(1, limits.firstContentMs - (performance.now() - limits.startedAt))
    : limits.idleMs;
  if (ms <= 0) return () => undefined;
  const timer = setTimeout(() => {
    stream.destroy(silenceError(limits, untilFirst ? 'first-content' : 'idle'));
  }, ms);
  return () => clearTimeout(timer);
};

/**
 * The pieces of a body. The clock runs only while a piece is waited for: a slow consumer is not the upstream's fault.
 * Whoever stops reading early destroys the body.
 */
export async function* readPieces(
  stream: Readable,
  limits: SilenceLimits | undefined,
): AsyncGenerator<Uint8Array> {
  const pieces: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  let first = true;
  for (;;) {
    const stopClock = limits ? startClock(stream, limits, first) : undefined;
    const next = await pieces.next().finally(stopClock);
    if (next.done) return;
    first = false;
    yield next.value;
  }
}
