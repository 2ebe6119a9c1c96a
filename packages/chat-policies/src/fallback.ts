import {
  type CallContext,
  type ChatError,
  type ChatEvent,
  type ChatHandler,
  toChatError,
  untilContent,
  withErrorDetails,
} from '@lakehouse/chat-core';
import { mostUseful } from './failure-rank.js';

export interface FallbackTarget {
  readonly provider: string;
  /** The model as it is sent upstream. */
  readonly model: string;
  readonly handler: ChatHandler;
  /** Tokens that prompt and answer share, where known. */
  readonly contextWindow?: number;
}

export interface FallbackOptions {
  /** Told which target answers, just before its first event is passed on. */
  readonly onCommit?: (target: FallbackTarget, context: CallContext) => void;
}

/**
 * Asks the targets in order until one begins to answer. Only a failure before the first content event leads on, and
 * only one that the error table, or the error itself, calls reroutable; a failure after it is passed on as it is. After
 * `context-too-long`, targets that are known to hold no more are skipped. When none answered, the failure that tells
 * the caller most is thrown, with `context.attempts` attached.
 */
export const fallback = (targets: readonly FallbackTarget[], options: FallbackOptions = {}): ChatHandler => {
  if (targets.length === 0) throw new TypeError('fallback needs at least one target');
  return async function* (request, context) {
    const trail: CallContext = { ...context, attempts: context.attempts ?? [] };
    const failures: ChatError[] = [];
    let tooSmall = 0; // the largest window that the prompt is known not to fit
    for (const target of targets) {
      if (target.contextWindow !== undefined && target.contextWindow <= tooSmall) continue;
      let answer: AsyncIterableIterator<ChatEvent>;
      try {
        answer = await untilContent(target.handler({ ...request, model: target.model }, trail));
      } catch (error) {
        const { provider, model } = target;
        const failure = toChatError(error, { provider, model, signal: context.signal });
        failures.push(failure);
        if (failure.code === 'context-too-long') tooSmall = Math.max(tooSmall, target.contextWindow ?? 0);
        if (context.signal.aborted || !failure.reroutable) throw withTrail(failure, trail);
        continue;
      }
      try {
        options.onCommit?.(target, context);
        yield* answer;
      } finally {
        await answer.return?.();
      }
      return;
    }
    throw withTrail(mostUseful(failures as [ChatError]), trail);
  };
};

const withTrail = (failure: ChatError, { attempts }: CallContext): ChatError =>
  attempts && attempts.length > 0 ? withErrorDetails(failure, { attempts: [...attempts] }) : failure;
