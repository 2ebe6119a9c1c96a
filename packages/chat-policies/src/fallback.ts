import {
  type CallContext,
  type ChatError,
  type ChatHandler,
  type ChatRequest,
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

  const ask = (
    chain: readonly Target[],
    index: number,
    request: ChatRequest,
    context: CallContext,
  ): Opened | Promise<Opened> => {
    const { handler, model } = chain[index] as Target;
    const call: PolicyContext = { ...context, alternatives: availableAfter(chain, index) };
    return openUntilContent(openOf(handler), { ...request, model }, call);
  };

  const commit = (answer: Opened, target: Target, context: CallContext): Opened | Promise<Opened> => {
    try {
      onCommit?.(target, context);
      return answer;
    } catch (error) {
      return closeFor(answer, error);
    }
  };

  /** Asks the targets after the first one, which has failed. */
  const askOthers = async (
    error: unknown,
    chain: readonly Target[],
    request: ChatRequest,
    context: CallContext,
  ): Promise<Opened> => {
    const { signal } = context;
    const failures: ChatError[] = [];
    let tooSmall = 0; // the largest window that the prompt is known not to fit
    /** Notes a failure; throws it where nobody else may be asked. */
    const note = async (thrown: unknown, target: Target): Promise<void> => {
      const { provider, model } = target;
      const failure = toChatError(thrown, { provider, model, signal });
      failures.push(failure);
      if (signal.aborted || !failure.reroutable) throw withTrail(failure, context);
      if (failure.code === 'context-too-long') tooSmall = Math.max(tooSmall, (await windowOf(target)) ?? 0);
    };
    await note(error, chain[0] as Target);
    for (const [index, target] of chain.entries()) {
      if (index === 0) continue;
      if (tooSmall > 0 && ((await windowOf(target)) ?? Number.POSITIVE_INFINITY) <= tooSmall) {
        recordSkip(context, target, 'context-too-long');
        continue;
      }
      let answer: Opened;
      try {
        answer = await ask(chain, index, request, context);
      } catch (another) {
        await note(another, target);
        continue;
      }
      return commit(answer, target, context);
    }
    throw withTrail(mostUseful(failures as [ChatError]), context);
  };

  return openingHandler((request, given) => {
    const context: CallContext = given.attempts ? given : { ...given, attempts: [] };
    const chain = order ? order(targets) : targets;
    const [first] = chain as readonly [Target, ...Target[]];
    const onFailure = (error: unknown): Promise<Opened> => askOthers(error, chain, request, context);
    let answer: Opened | Promise<Opened>;
    try {
      answer = ask(chain, 0, request, context);
    } catch (error) {
      return onFailure(error);
    }
    if (!(answer instanceof Promise)) return commit(answer, first, context);
    return answer.then((opened) => commit(opened, first, context), onFailure);
  });
};

/** Closes an answer that nobody can be told of, and fails for that reason. */
const closeFor = async ({ events, over }: Opened, error: unknown): Promise<never> => {
  await events[Symbol.asyncIterator]().return?.();
  over?.();
  throw error;
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
