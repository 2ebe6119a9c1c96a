import {
  ChatError,
  type ChatEvent,
  type ChatHandler,
  type ChatMiddleware,
  type ChatRequest,
  toChatError,
  untilContent,
} from '@lakehouse/chat-core';
import { longestTimerMs } from './longest-timer.js';
import type { PolicyContext } from './policy-context.js';
import { createRace } from './race.js';

/** When a second attempt starts, and what it asks. */
export interface HedgeOptions {
  /** How long the first attempt has for its first content before a second one is started, in milliseconds. */
  readonly delayMs: number;
  /** What the second attempt asks; default: the same handler once more. */
  readonly second?: ChatHandler;
  /** Told which attempt is passed on, just before its first event. */
  readonly onWin?: (attempt: 'first' | 'second') => void;
}

/** How long the end of the answer waits for the attempt that lost to unwind, so that the trail has its entry. */
const graceMs = 50;

interface Contender {
  readonly controller: AbortController;
  readonly answer: Promise<AsyncIterableIterator<ChatEvent>>;
}

async function* raceFor(
  { delayMs, second, onWin }: HedgeOptions,
  first: ChatHandler,
  request: ChatRequest,
  context: PolicyContext,
): AsyncGenerator<ChatEvent> {
  const { signal, probe = false, deadline = Number.POSITIVE_INFINITY } = context;
  const contenders: Contender[] = [];
  const race = createRace<Contender>();
  const start = (handler: ChatHandler): void => {
    const controller = new AbortController();
    if (signal.aborted) controller.abort(signal.reason);
    const answer = begin(() => handler(request, { ...context, signal: controller.signal }));
    const contender = { controller, answer };
    contenders.push(contender);
    race.enter(contender, answer);
  };
  let timer: NodeJS.Timeout | undefined;
  const leave = (): void => {
    clearTimeout(timer);
    for (const { controller } of contenders) controller.abort(signal.reason);
  };
  signal.addEventListener('abort', leave, { once: true });
  let lost: Promise<void> | undefined;
  try {
    start(first);
    if (!probe && !signal.aborted) {
      timer = setTimeout(
        () => {
          if (deadline - performance.now() >= delayMs) start(second ?? first);
        },
        Math.min(delayMs, longestTimerMs),
      );
    }
    const winner = await race.winner;
    clearTimeout(timer);
    const loser = contenders.find((contender) => contender !== winner);
    if (loser) lost = cancel(loser);
    onWin?.(winner === contenders[0] ? 'first' : 'second');
    for await (const event of await winner.answer) yield event;
  } catch (error) {
    throw signal.aborted ? toChatError(error, { signal }) : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    if (lost) await atMost(graceMs, lost);
  }
}

/**
 * Starts a second attempt beside the first when that one has no content after `delayMs`. The first of both to reach its
 * first content is passed on, and the other is cancelled at once. An attempt that fails leaves the race to the other
 * one; when none is left, the first attempt's error is thrown, and a failure before `delayMs` starts no second attempt:
 * what belongs inside, such as retry and fallback, has decided already.
 *
 * There is no second attempt for a probe, or when less than `delayMs` of the total budget is left. A whole answer has
 * its first content at its end, so `delayMs` must be longer there.
 */
export const hedge =
  (options: HedgeOptions): ChatMiddleware =>
  (next) =>
  (request, context) =>
    raceFor(options, next, request, context);

/** Also a handler that throws at once fails like any other. */
const begin = async (ask: () => AsyncIterable<ChatEvent>): Promise<AsyncIterableIterator<ChatEvent>> =>
  untilContent(ask());

/** Ends an attempt that nobody needs any more. It resolves once that has unwound, and never rejects. */
const cancel = async ({ controller, answer }: Contender): Promise<void> => {
  controller.abort(new ChatError('aborted', 'Another attempt answered first'));
  try {
    await (await answer).return?.();
  } catch {
    // The answer is there from another attempt; how this one ended is in the trail.
  }
};

const atMost = (ms: number, task: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void task.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
