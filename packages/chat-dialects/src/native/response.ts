import {
  type Attempt,
  type ChatResponse,
  type ChatWarning,
  inputTokens,
  outputTokens,
  type Usage,
} from '@lakehouse/chat-core';
import { present } from '../present.js';
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
        ...present({ code, phase }),
        ms,
        ...present({ output_characters: outputCharacters }),
      }));

const toWireUsage = (usage: Usage | undefined): NativeUsage | undefined => {
  if (!usage) return undefined;
  const { input, cacheRead, cacheWrite, output, reasoning, costUsd, unit } = usage;
  const known = present({
    input,
    cache_read: cacheRead,
    cache_write: cacheWrite,
    output,
    reasoning,
    cost_usd: costUsd,
  });
  return Object.keys(known).length === 0 ? undefined : { ...known, ...present({ unit }) };
};

/** The answer without what a stream carries in its deltas. */
export const formatAnswerFacts = (response: ChatResponse, meta: NativeResponseMeta): NativeAnswerFacts => {
  const warnings = [...(meta.warnings ?? []), ...nativeNames.toWarnings(response.warnings)];
  return {
    id: meta.id,
    model: response.model,
    provider: meta.provider,
    ...present({ response_id: response.responseId }),
    finish_reason: response.finishReason,
    ...present({
      raw_finish_reason: response.rawFinishReason,
      input_tokens: inputTokens(response.usage),
      output_tokens: outputTokens(response.usage),
      usage: toWireUsage(response.usage),
    }),
    latency_ms: Math.round(meta.latencyMs * 10) / 10,
    ...present({
      attempts: toWireAttempts(meta.attempts),
      warnings: warnings.length === 0 ? undefined : warnings,
      provider_metadata: response.providerMetadata,
      provider_details: response.providerDetails,
    }),
  };
};

/** The body of a whole answer. */
export const formatNativeResponse = (response: ChatResponse, meta: NativeResponseMeta): NativeAnswer => {
  const { id, model, provider, ...facts } = formatAnswerFacts(response, meta);
  return {
    id,
    model,
    provider,
    content: response.content,
    ...present({
      reasoning: response.reasoning,
      reasoning_segments: response.reasoningSegments,
      tool_calls: response.toolCalls?.map(({ id, name, arguments: given, providerMetadata }) => ({
        id,
        name,
        arguments: given,
        ...present({ provider_metadata: providerMetadata }),
      })),
    }),
    ...facts,
  };
};
