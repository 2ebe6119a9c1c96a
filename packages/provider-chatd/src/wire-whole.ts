import { type ChatEvent, jsonObjectSchema, listOf, providerMetadataSchema } from '@lakehouse/chat-core';
import { readObject } from '@lakehouse/provider-utils';
import { z } from 'zod';
import { type AnswerEnd, factsSchema, toEnd } from './wire-end.js';

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
