import { type CallContext, ChatError, createCallContext, toChatError } from '@lakehouse/chat-core';
import type { Call } from './call.js';

/** On whose behalf a provider is asked something. */
export type Asker = Pick<CallContext, 'signal' | 'via'>;

/** The asker of a request. Throws where the request came in a loop. */
export const askerOf = (call: Pick<Call, 'signal' | 'via'>): Asker => ({
  signal: call.signal,
  via: call.via(),
});

/**
 * Runs a call with a time limit of its own beside the caller's signal. It resolves or rejects in time even when the call
 * does not obey its signal; no timer and no listener outlives it.
 */
export const withDeadline = async <T>(
  { signal, via }: Asker,
  limitMs: number,
  run: (context: CallContext) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  const timer = setTimeout(
    () =>
      controller.abort(new ChatError('timeout', `no answer within ${limitMs / 1000} s`, { phase: 'total' })),
    limitMs,
  );
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await new Promise<T>((resolve, reject) => {
      const stop = (): void => reject(toChatError(undefined, { signal: controller.signal }));
      if (controller.signal.aborted) stop();
      controller.signal.addEventListener('abort', stop, { once: true });
      run({ ...createCallContext({ signal: controller.signal }), ...(via && { via }) }).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
};
