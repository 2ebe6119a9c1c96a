import {
  type Attempt,
  ChatError,
  type ChatMiddleware,
  toChatError,
  withErrorDetails,
} from '@lakehouse/chat-core';
import { charactersOf } from './characters.js';
import { observing } from './observing.js';
import { outerFailure, type TargetName } from './policy-context.js';

/** What an attempt may be; it has a default. */
export interface AttemptOptions {
  /** The most characters of text, reasoning and tool arguments; default is no limit. */
  readonly maxCharacters?: number;
}

const milliseconds = (started: number): number => Math.round((performance.now() - started) * 10) / 10;

/**
 * Appends one `Attempt` to `context.attempts` when the call ends, in whatever way, and names provider and model in
 * errors that lack them. It goes around everything that belongs to one call of one target. A stream that stops without
 * `response-end` becomes `bad-response` here, and so does one that is longer than it may be, so that the trail and the caller see
 * the same.
 */
export const recordAttempt = (
  { provider, model }: TargetName,
  { maxCharacters = Number.POSITIVE_INFINITY }: AttemptOptions = {},
): ChatMiddleware =>
  observing((_request, context) => {
    const started = performance.now();
    let complete = false;
    let characters = 0;
    let failure: ChatError | undefined;
    return {
      see(event) {
        complete ||= event.type === 'response-end';
        characters += charactersOf(event);
        if (characters > maxCharacters) throw tooLong(maxCharacters);
      },
      complete() {
        if (!complete) throw new ChatError('bad-response', 'The answer was cut before its end');
      },
      fail(error) {
        failure = stamp(toChatError(error, { signal: context.signal }), provider, model);
        return failure;
      },
      over() {
        if (!complete) failure ??= outerFailure(context);
        const outcome = outcomeOf(complete, failure);
        context.attempts?.push({
          provider,
          model,
          ...outcome,
          ms: milliseconds(started),
          ...(outcome.outcome !== 'ok' && characters > 0 && { outputCharacters: characters }),
        });
      },
    };
  });

const tooLong = (maxCharacters: number): ChatError =>
  new ChatError('bad-response', `The answer is longer than ${maxCharacters} characters`, {
    retryable: false,
  });

const stamp = (error: ChatError, provider: string, model: string): ChatError =>
  error.provider !== undefined && error.model !== undefined
    ? error
    : withErrorDetails(error, { provider: error.provider ?? provider, model: error.model ?? model });

/** A consumer that stops reading before the end is one that left. */
const outcomeOf = (
  complete: boolean,
  failure: ChatError | undefined,
): Pick<Attempt, 'outcome' | 'code' | 'phase'> => {
  if (failure && failure.code !== 'aborted') {
    const { code, phase } = failure;
    return { outcome: 'error', code, ...(phase && { phase }) };
  }
  return { outcome: complete && !failure ? 'ok' : 'aborted' };
};
