import {
  type ChatWarning,
  type FinishReason,
  type JsonObject,
  listOf,
  type ProviderMetadata,
  providerMetadataSchema,
  type ResponseEnd,
  type Usage,
} from '@lakehouse/chat-core';
import { readObject } from '@lakehouse/provider-utils';
import { z } from 'zod';
import { pluginName } from './options.js';
import { toAttempts, trailSchema } from './wire-trail.js';
import { toWarnings, warningSchema } from './wire-warnings.js';

const bucket = z.number().nullish();

const usageSchema = z.object({
  input: bucket,
  cache_read: bucket,
  cache_write: bucket,
  output: bucket,
  reasoning: bucket,
  cost_usd: bucket,
  unit: z.string().nullish(),
});

/** What a whole answer and the last event of a stream have in common. */
export const factsSchema = z.object({
  id: z.string().nullish(),
  model: z.string().nullish(),
  provider: z.string().nullish(),
  response_id: z.string().nullish(),
  finish_reason: z.string(),
  raw_finish_reason: z.string().nullish(),
  usage: usageSchema.nullish(),
  latency_ms: z.number().nullish(),
  attempts: trailSchema,
  warnings: listOf(warningSchema).nullish(),
  provider_metadata: providerMetadataSchema.nullish(),
  provider_details: providerMetadataSchema.nullish(),
});

type Facts = z.infer<typeof factsSchema>;

const finishReasons: ReadonlySet<string> = new Set<FinishReason>([
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'other',
]);

/** Undefined when it counts something that this version has no word for: it must not be taken for tokens. */
const toUsage = (usage: Facts['usage']): Usage | undefined => {
  if (!usage || (usage.unit != null && usage.unit !== 'words')) return undefined;
  const {
    input,
    cache_read: cacheRead,
    cache_write: cacheWrite,
    output,
    reasoning,
    cost_usd: costUsd,
  } = usage;
  const known = Object.entries({ input, cacheRead, cacheWrite, output, reasoning, costUsd }).filter(
    ([, value]) => value != null,
  );
  if (known.length === 0) return undefined;
  return { ...(Object.fromEntries(known) as Usage), ...(usage.unit === 'words' && { unit: usage.unit }) };
};

/** Who answered there, after which calls. What a chatd behind that one told of the same is one level below. */
const toDetails = (facts: Facts): ProviderMetadata => {
  const { [pluginName]: behind, ...others } = facts.provider_details ?? {};
  const attempts = toAttempts(facts.attempts)?.map((entry): JsonObject => ({ ...entry }));
  const own: JsonObject = {
    ...(facts.provider != null && { provider: facts.provider }),
    ...(facts.model != null && { model: facts.model }),
    ...(facts.response_id != null && { responseId: facts.response_id }),
    ...(facts.latency_ms != null && { latencyMs: facts.latency_ms }),
    ...(attempts && { attempts }),
    ...(behind && { [pluginName]: behind }),
  };
  return { ...others, [pluginName]: own };
};

/** The end of an answer; its warnings stand apart, because a stream repeats those of its start. */
export interface AnswerEnd {
  readonly event: ResponseEnd;
  readonly warnings: readonly ChatWarning[];
}

/** The end as the contract says it. */
export const toEnd = (facts: Facts): AnswerEnd => {
  const { finish_reason: word, raw_finish_reason: raw, provider_metadata: metadata } = facts;
  const known = finishReasons.has(word);
  const rawFinishReason = raw ?? (known ? undefined : word);
  const usage = toUsage(facts.usage);
  return {
    event: {
      type: 'response-end',
      finishReason: known ? (word as FinishReason) : 'other',
      ...(rawFinishReason !== undefined && { rawFinishReason }),
      ...(usage && { usage }),
      ...(metadata && { providerMetadata: metadata }),
      providerDetails: toDetails(facts),
    },
    warnings: toWarnings(facts.warnings),
  };
};

/** Reads the last event of a stream. Throws `bad-response`. */
export const readEnd = (value: unknown, provider: string): AnswerEnd =>
  toEnd(readObject(factsSchema, value, provider));
