import {
  type Attempt,
  type ChatError,
  type ChatWarning,
  type ResponseEnd,
  toChatError,
  withErrorDetails,
} from '@lakehouse/chat-core';
import type { AnswerMeta } from '@lakehouse/chat-dialects';
import type { Call } from './call.js';
import type { Pipeline, PipelineContext } from './pipeline.js';

/** What is known of one chat request by and by; the log line and the metrics are made of it, however the request ends. */
export interface Exchange {
  readonly call: Call;
  readonly attempts: Attempt[];
  /** How many calls of a provider were made. */
  calls: number;
  requested?: string;
  stream?: boolean;
  /** The target that answers, from its first content on. */
  target?: { readonly provider: string; readonly model: string };
  /** Of a streamed answer, from the arrival of the request. */
  firstContentMs?: number;
  end?: Pick<ResponseEnd, 'finishReason' | 'usage'>;
}

/** What a front may tell of an answer. */
export const metaOf = (
  { call, target, attempts }: Exchange,
  warnings: readonly ChatWarning[],
): AnswerMeta => ({
  requestId: call.requestId,
  provider: target?.provider ?? '',
  createdAt: call.createdAt,
  latencyMs: call.elapsedMs(),
  attempts,
  warnings,
});

/**
 * The failure as the caller should see it: with the whole trail, whatever layer it comes from. One that already has a
 * trail may be older than the end of the attempt beside it.
 */
export const toFailure = (error: unknown, { call, target, attempts }: Exchange): ChatError => {
  const failure = toChatError(error, { signal: call.signal });
  const last = target ?? attempts.at(-1);
  if (!last) return failure;
  // A limit around all targets does not know which of them was asked last.
  const { provider = last.provider, model = last.model } = failure;
  return withErrorDetails(failure, { provider, model, ...(attempts.length > 0 && { attempts }) });
};

/** What accompanies a call through the policies. */
export const contextOf = (
  exchange: Exchange,
  { totalMs }: Pipeline,
  delivery: PipelineContext['delivery'],
  ask: PipelineContext['ask'],
): PipelineContext => {
  const { call, attempts } = exchange;
  const { signal, requestId } = call;
  return {
    signal,
    requestId,
    delivery,
    attempts,
    via: call.via(),
    deadline: call.limitTotal(totalMs),
    exchange,
    ask,
  };
};
