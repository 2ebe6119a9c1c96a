import {
  type ChatEvent,
  type ChatWarning,
  type FinishReason,
  type JsonObject,
  jsonObjectSchema,
  listOf,
  type ProviderMetadata,
  providerMetadataSchema,
  type ResponseEnd,
  type Usage,
} from '@lakehouse/chat-core';
import { readObject } from '@lakehouse/provider-utils';
import { z } from 'zod';
import { pluginName } from './options.js';
import { toPath, toText } from './wire-names.js';
import { toAttempts, trailSchema } from './wire-trail.js';

export const warningSchema = z.object({
  code: z.string(),
  parameter: z.string().nullish(),
  message: z.string(),
});
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
const factsSchema = z.object({
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

const wholeSchema = factsSchema.extend({
  content: z.string(),
  reasoning: z.string().nullish(),
  reasoning_segments: listOf(z.object({ text: z.string(), signature: z.string().nullish() })).nullish(),
  tool_calls: listOf(
    z.object({
      id: z.string(),
      name: z.string(),
      arguments: z.union([z.string(), jsonObjectSchema]),
      provider_metadata: providerMetadataSchema.nullish(),
    }),
  ).nullish(),
});

type Facts = z.infer<typeof factsSchema>;

const finishReasons: ReadonlySet<string> = new Set<FinishReason>([
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'other',
]);
const warningCodes: ReadonlySet<string> = new Set<ChatWarning['code']>([
  'parameter-dropped',
  'parameter-changed',
  'answer-mismatch',
  'other',
]);

/** The warnings of the other chatd, which speaks of parameters in the names of its body. */
export const toWarnings = (
  warnings: readonly z.infer<typeof warningSchema>[] | null | undefined,
): readonly ChatWarning[] =>
  (warnings ?? []).map(({ code, parameter, message }) => ({
    code: warningCodes.has(code) ? (code as ChatWarning['code']) : 'other',
    ...(parameter != null && { parameter: toPath(parameter) }),
    message: parameter == null ? message : toText(message, parameter),
  }));

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

const toEnd = (facts: Facts): AnswerEnd => {
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

/** A whole answer: its id, the events of its content, and its end. */
export interface WholeAnswer extends AnswerEnd {
  readonly id: string | undefined;
  readonly content: readonly ChatEvent[];
}

const toReasoning = (answer: z.infer<typeof wholeSchema>): readonly ChatEvent[] => {
  const segments = answer.reasoning_segments ?? [{ text: answer.reasoning ?? '', signature: undefined }];
  return segments
    .filter(({ text, signature }) => text !== '' || signature != null)
    .map(({ text, signature }) => ({
      type: 'reasoning-delta',
      delta: text,
      ...(signature != null && { signature }),
    }));
};

/** Reads a whole answer. Throws `bad-response`. */
export const readWhole = (value: unknown, provider: string): WholeAnswer => {
  const answer = readObject(wholeSchema, value, provider);
  const calls = (answer.tool_calls ?? []).map(
    ({ id, name, arguments: given, provider_metadata: metadata }, index): ChatEvent => ({
      type: 'tool-call-delta',
      index,
      id,
      name,
      argumentsDelta: typeof given === 'string' ? given : JSON.stringify(given),
      ...(metadata && { providerMetadata: metadata }),
    }),
  );
  const text: readonly ChatEvent[] =
    answer.content === '' ? [] : [{ type: 'text-delta', delta: answer.content }];
  return {
    ...toEnd(answer),
    id: answer.id ?? undefined,
    content: [...toReasoning(answer), ...text, ...calls],
  };
};
