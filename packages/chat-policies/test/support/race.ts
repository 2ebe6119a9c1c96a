import { getEventListeners } from 'node:events';
import { ChatError, type ChatErrorOptions, type ChatHandler, type ErrorCode } from '@lakehouse/chat-core';
import { expect, vi } from 'vitest';
import { hedge } from '../../src/hedge.js';
import { recordAttempt } from '../../src/index.js';
import type { PolicyContext } from '../../src/policy-context.js';
import {
  contextOf,
  end,
  type Outcome,
  read,
  request,
  type Script,
  script,
  start,
  type TestContext,
  text,
} from './handlers.js';

export const delayMs = 1000;
const named = (provider: string, handler: ChatHandler): ChatHandler =>
  recordAttempt({ provider, model: 'm' })(handler);
export const failure = (code: ErrorCode, options?: ChatErrorOptions): ChatError =>
  new ChatError(code, `it is ${code}`, options);
export const answering = (ms: number, word: string): Script => script(ms, start, text(word), end);

export interface Run extends Outcome {
  readonly context: TestContext;
  /** When it was over, in milliseconds from its start. */
  readonly ms: number;
}

/** Races two handlers until the clock has gone far enough for everything to be over. */
export const race = async (
  first: ChatHandler,
  second: ChatHandler,
  context: TestContext & PolicyContext = contextOf(),
): Promise<Run> => {
  const began = performance.now();
  let ms = -1;
  const hedged = hedge({ delayMs, second: named('second', second) })(named('first', first));
  const reading = read(hedged(request, context)).then((outcome) => {
    ms = performance.now() - began;
    return outcome;
  });
  await vi.advanceTimersByTimeAsync(100_000);
  const outcome = await reading;
  expect([vi.getTimerCount(), getEventListeners(context.signal, 'abort').length]).toEqual([0, 0]);
  return { ...outcome, context, ms };
};

export const answerOf = (word: string) => [start, text(word), end];
