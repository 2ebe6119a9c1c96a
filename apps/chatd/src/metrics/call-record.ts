import { type Attempt, type ChatError, inputTokens, outputTokens } from '@lakehouse/chat-core';
import type { Exchange } from '../exchange.js';

export type CallKind = 'chat' | 'embed';

/**
 * What is counted of a call that has ended: a few words and numbers in an object that always has the same members. It holds
 * nothing of the exchange but the list of attempts, which is made of such objects too.
 */
export interface CallRecord {
  readonly kind: CallKind;
  /** Id of the provider that answered, or was asked last; an error's own word for it may come from a plugin. */
  readonly provider: string | undefined;
  /** The name that was sent upstream, where a complete answer shows that it is known there. */
  readonly model: string | undefined;
  /** `ok` or the code of the error. */
  readonly outcome: string;
  /** From the arrival of the request. */
  readonly latencyMs: number;
  /** From the arrival of the request to the first content of a streamed answer. */
  readonly firstContentMs: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly attempts: readonly Attempt[];
}

export const toCallRecord = (kind: CallKind, exchange: Exchange, failure?: ChatError): CallRecord => {
  const { call, target, end, attempts, firstContentMs } = exchange;
  return {
    kind,
    provider: target?.provider ?? attempts.at(-1)?.provider,
    model: end && target?.model,
    outcome: failure?.code ?? 'ok',
    latencyMs: call.elapsedMs(),
    firstContentMs,
    inputTokens: inputTokens(end?.usage),
    outputTokens: outputTokens(end?.usage),
    attempts,
  };
};
