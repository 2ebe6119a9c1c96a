import {
  type Attempt,
  type ChatResponse,
  type ChatWarning,
  inputTokens,
  outputTokens,
  type Usage,
} from '@lakehouse/chat-core';
import type { NativeAnswer, NativeAnswerFacts, NativeAttempt, NativeUsage } from './answer.js';
import { nativeNames } from './names.js';

/** What the host knows of an answer beyond the answer itself. */
export interface NativeResponseMeta {
  /** The front's own id of the answer, for example `chat_…`. */
  readonly id: string;
  /** Id of the provider that answered. */
  readonly provider: string;
  /** Milliseconds since the request came. */
  readonly latencyMs: number;
  /** The calls of targets so far, in their order. */
  readonly attempts: readonly Attempt[];
  /** Warnings of the request's reading; they come first. */
  readonly warnings?: readonly ChatWarning[];
}

export const toWireAttempts = (attempts: readonly Attempt[] = []): readonly NativeAttempt[] | undefined =>
  attempts.length === 0
    ? undefined
    : attempts.map(({ provider, model, outcome, code, phase, ms, outputCharacters }) => ({
        provider,
        model,
        outcome,
        code,
        phase,
        ms,
        output_characters: outputCharacters,
      }));

const toWireUsage = (usage: Usage | undefined): NativeUsage | undefined => {
  if (!usage) return undefined;
  const { input, cacheRead, cacheWrite, output, reasoning, costUsd, unit } = usage;
  const known = input ?? cacheRead ?? cacheWrite ?? output ?? reasoning ?? costUsd;
  if (known === undefined) return undefined;
  return {
    input,
    cache_read: cacheRead,
    cache_write: cacheWrite,
    output,
    reasoning,
    cost_usd: costUsd,
    unit,
  };
};

/** The answer without what a stream carries in its deltas. Members that are undefined are not in the JSON. */
export const formatAnswerFacts = (response: ChatResponse, meta: NativeResponseMeta): NativeAnswerFacts => {
  const warnings = [...(meta.warnings ?? []), ...nativeNames.toWarnings(response.warnings)];
  return {
    id: meta.id,
    model: response.model,
    provider: meta.provider,
    response_id: response.responseId,
    finish_reason: response.finishReason,
    raw_finish_reason: response.rawFinishReason,
    input_tokens: inputTokens(response.usage),
    output_tokens: outputTokens(response.usage),
    usage: toWireUsage(response.usage),
    latency_ms: Math.round(meta.latencyMs * 10) / 10,
    attempts: toWireAttempts(meta.attempts),
    warnings: warnings.length === 0 ? undefined : warnings,
    provider_metadata: response.providerMetadata,
    provider_details: response.providerDetails,
  };
};

/** The body of a whole answer. */
export const formatNativeResponse = (response: ChatResponse, meta: NativeResponseMeta): NativeAnswer => {
  const facts = formatAnswerFacts(response, meta);
  return {
    id: facts.id,
    model: facts.model,
    provider: facts.provider,
    content: response.content,
    reasoning: response.reasoning,
    reasoning_segments: response.reasoningSegments,
    tool_calls: response.toolCalls?.map(({ id, name, arguments: given, providerMetadata }) => ({
      id,
      name,
      arguments: given,
      provider_metadata: providerMetadata,
    })),
    response_id: facts.response_id,
    finish_reason: facts.finish_reason,
    raw_finish_reason: facts.raw_finish_reason,
    input_tokens: facts.input_tokens,
    output_tokens: facts.output_tokens,
    usage: facts.usage,
    latency_ms: facts.latency_ms,
    attempts: facts.attempts,
    warnings: facts.warnings,
    provider_metadata: facts.provider_metadata,
    provider_details: facts.provider_details,
  };
};
