import {
  ChatError,
  type EmbedRequest,
  type EmbedResponse,
  type JsonObject,
  listOf,
} from '@lakehouse/chat-core';
import { readObject } from '@lakehouse/provider-utils';
import { z } from 'zod';
import { toWarnings, warningSchema } from './wire-warnings.js';

// Vectors have no route in chatd's own protocol: this is OpenAI's.

/** One list of numbers may be long: the first that is none ends the check. */
const vector = z.custom<readonly number[]>(
  (value) => Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number'),
);

const answerSchema = z.object({
  data: listOf(z.object({ index: z.int().min(0).nullish(), embedding: vector })),
  usage: z.object({ prompt_tokens: z.number().nullish() }).nullish(),
  warnings: listOf(warningSchema).nullish(),
});

/** The body of `POST /v1/embeddings`, without `providerOptions`. */
export const toEmbedBody = ({ model, input, tokens, dimensions }: EmbedRequest): JsonObject => ({
  model,
  input: tokens ?? input,
  dimensions,
});

/** Reads the answer of `POST /v1/embeddings`; throws `bad-response` unless there is one vector for every input. */
export const readEmbedAnswer = (value: unknown, request: EmbedRequest, provider: string): EmbedResponse => {
  const { model } = request;
  const answer = readObject(answerSchema, value, provider);
  const wanted = (request.tokens ?? request.input).length;
  const places = answer.data.map(({ index }, place) => index ?? place);
  if (new Set(places).size !== wanted || !places.every((place) => place < wanted)) {
    const message = `${provider} sent ${answer.data.length} vectors for ${wanted} inputs`;
    throw new ChatError('bad-response', message, { provider, model });
  }
  const embeddings: (readonly number[])[] = [];
  for (const [index, { embedding }] of answer.data.entries()) embeddings[places[index] ?? index] = embedding;
  const warnings = toWarnings(answer.warnings);
  const tokens = answer.usage?.prompt_tokens ?? 0;
  return {
    model,
    embeddings,
    ...(tokens > 0 && { usage: { input: tokens } }), // the protocol demands a count: 0 stands for an unknown one
    ...(warnings.length > 0 && { warnings }),
  };
};
