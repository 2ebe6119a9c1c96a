import {
  type CallContext,
  type ChatError,
  type ChatHandler,
  toChatError,
  withErrorDetails,
} from '@lakehouse/chat-core';
import { mostUseful } from './failure-rank.js';
import { type Opened, openingHandler, openOf, openUntilContent } from './opening.js';
import { type PolicyContext, recordSkip, type TargetName } from './policy-context.js';

/** A target that `fallback` may ask. */
export interface FallbackTarget extends TargetName {
  /** Calls the target, with everything that belongs to one call. */
  readonly handler: ChatHandler;
  /** Tokens that prompt and answer share; asked for only once a prompt was too long for some target. Never throws. */
  readonly contextWindow?: () => Promise<number | undefined>;
  /** Whether it could be called now; one that could not is no alternative to those before it. Default: it could. */
  readonly isAvailable?: () => boolean;
}

/** In which order targets are asked, and who is told. */
export interface FallbackOptions<Target> {
  /** In which order the targets of one call are asked; by default as they are listed. */
  readonly order?: (targets: readonly Target[]) => readonly Target[];
  /** Told which target answers, just before its first event is passed on. */
  readonly onCommit?: (target: Target, context: CallContext) => void;
}

/**
 * Asks the targets in order until one begins to answer. Only a failure before the first content event leads on, and
 * only one that the error table, or the error itself, calls reroutable; a failure after it is passed on as it is. After
 * `context-too-long`, targets that are known to hold no more are skipped. When none answered, the failure that tells
 * the caller most is thrown, with `context.attempts` attached.
 */
export const fallback = <Target extends FallbackTarget>(
  targets: readonly Target[],
  { order, onCommit }: FallbackOptions<Target> = {},
): ChatHandler => {
  if (targets.length === 0) throw new TypeError('fallback needs at least one target');
  return openingHandler(async (request, context): Promise<Opened> => {
    const trail: CallContext = context.attempts ? context : { ...context, attempts: [] };
    const failures: ChatError[] = [];
    let tooSmall = 0; // the largest window that the prompt is known not to fit
    const chain = order ? order(targets) : targets;
    for (const [index, target] of chain.entries()) {
      const { model } = target;
      if (tooSmall > 0 && ((await windowOf(target)) ?? Number.POSITIVE_INFINITY) <= tooSmall) {
        recordSkip(trail, target, 'context-too-long');
        continue;
      }
      const call: PolicyContext = { ...trail, alternatives: availableAfter(chain, index) };
      let answer: Opened;
      try {
        answer = await openUntilContent(openOf(target.handler), { ...request, model }, call);
      } catch (error) {
        const { signal } = context;
        const failure = toChatError(error, { provider: target.provider, model, signal });
        failures.push(failure);
        if (signal.aborted || !failure.reroutable) throw withTrail(failure, trail);
        if (failure.code === 'context-too-long') tooSmall = Math.max(tooSmall, (await windowOf(target)) ?? 0);
        continue;
      }
      try {
        onCommit?.(target, context);
        return answer;
      } catch (error) {
        await answer.events[Symbol.asyncIterator]().return?.();
        answer.over?.();
        throw error;
      }
    }
    throw withTrail(mostUseful(failures as [ChatError]), trail);
  });
};

const availableAfter = (chain: readonly FallbackTarget[], index: number): number => {
  let available = 0;
  for (let place = index + 1; place < chain.length; place += 1)
    if (chain[place]?.isAvailable?.() ?? true) available += 1;
  return available;
};

const windowOf = async ({ contextWindow }: FallbackTarget): Promise<number | undefined> => contextWindow?.();

const withTrail = (failure: ChatError, { attempts }: CallContext): ChatError =>
  attempts && attempts.length > 0 ? withErrorDetails(failure, { attempts: [...attempts] }) : failure;
