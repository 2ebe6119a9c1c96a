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
    const windows = createWindowCheck();
    const chain = order ? order(targets) : targets;
    for (const [index, target] of chain.entries()) {
      const { model } = target;
      if (windows.matter && (await windows.isTooSmall(target))) {
        recordSkip(trail, target, 'context-too-long');
        continue;
      }
      const others = chain.slice(index + 1).filter(({ isAvailable }) => isAvailable?.() ?? true);
      const call: PolicyContext = { ...trail, alternatives: others.length };
      let answer: Opened;
      try {
        answer = await openUntilContent(openOf(target.handler), { ...request, model }, call);
      } catch (error) {
        const { signal } = context;
        const failure = toChatError(error, { provider: target.provider, model, signal });
        failures.push(failure);
        if (signal.aborted || !failure.reroutable) throw withTrail(failure, trail);
        if (failure.code === 'context-too-long') await windows.exceed(target);
        continue;
      }
      return committed(answer, () => onCommit?.(target, context));
    }
    throw withTrail(mostUseful(failures as [ChatError]), trail);
  });
};

/** The answer, which is closed when its commit fails. */
const committed = async (answer: Opened, commit: () => void): Promise<Opened> => {
  try {
    commit();
    return answer;
  } catch (error) {
    await answer.events[Symbol.asyncIterator]().return?.();
    answer.over?.();
    throw error;
  }
};

/** Remembers the largest window that the prompt is known not to fit. */
const createWindowCheck = () => {
  let tooSmall = 0;
  const windowOf = async ({ contextWindow }: FallbackTarget): Promise<number | undefined> =>
    contextWindow?.();
  return {
    get matter(): boolean {
      return tooSmall > 0;
    },
    async exceed(target: FallbackTarget): Promise<void> {
      tooSmall = Math.max(tooSmall, (await windowOf(target)) ?? 0);
    },
    async isTooSmall(target: FallbackTarget): Promise<boolean> {
      return ((await windowOf(target)) ?? Number.POSITIVE_INFINITY) <= tooSmall;
    },
  };
};

const withTrail = (failure: ChatError, { attempts }: CallContext): ChatError =>
  attempts && attempts.length > 0 ? withErrorDetails(failure, { attempts: [...attempts] }) : failure;
