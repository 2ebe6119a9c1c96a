import type { ChatError, ErrorCode } from '@lakehouse/chat-core';

/**
 * What the end of a call says of its target: it has trouble (`failure`), it answered, or nothing can be told (`none`).
 */
export type CircuitVerdict = 'failure' | 'answered' | 'none';

/** Errors that come about on this side, before the target is asked, so that they say nothing of it. */
const local: ReadonlySet<ErrorCode> = new Set([
  'aborted',
  'internal',
  'provider-unavailable',
  'unsupported',
] satisfies ErrorCode[]);

/**
 * A failure is trouble of the target that may pass: an error that is `retryable`. `rate-limited` is not one: a provider
 * that limits the rate is well, and to close it off would throw away the share that it does serve. Nor is a total limit
 * that was reached in the middle of an answer, which was longer than the caller's budget. `content` says whether any
 * had come.
 */
export const verdictOf = (failure: ChatError, content: boolean, signal: AbortSignal): CircuitVerdict => {
  const { code, phase, retryable } = failure;
  // Of what ends a call from outside only a time limit tells of the target.
  if (local.has(code) || (signal.aborted && code !== 'timeout')) return 'none';
  if (code === 'timeout' && phase === 'total' && content) return 'none';
  return retryable && code !== 'rate-limited' ? 'failure' : 'answered';
};
