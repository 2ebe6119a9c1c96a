import {
  ChatError,
  type EmbedRequest,
  type EmbedResponse,
  listOf,
  type ModelInfo,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import { readAs } from './wire-answer.js';

const text = z.string().nullish();
const count = z.number().nullish();

const modelsSchema = z.object({
  models: listOf(
    z.object({
      name: z.string(),
      title: text,
      about: text,
      window: count,
      longest: count,
      thinks: z.boolean().nullish(),
    }),
  ),
});

/** Reads the answer of `GET /models`. */
export const readModels = (value: unknown, provider: string): readonly ModelInfo[] =>
  readAs(modelsSchema, value, provider).models.map(({ name, title, about, window, longest, thinks }) => ({
    id: name,
    ...(title && { displayName: title }),
    ...(about && { description: about }),
    ...(typeof window === 'number' && { contextWindow: window }),
    ...(typeof longest === 'number' && { maxOutputTokens: longest }),
    ...(typeof thinks === 'boolean' && { capabilities: { reasoning: thinks } }),
  }));

const pingSchema = z.object({ version: text });

/** Reads the answer of `GET /ping`. */
export const readVersion = (value: unknown, provider: string): string | undefined =>
  readAs(pingSchema, value, provider).version ?? undefined;

const vectorsSchema = z.object({
  vectors: listOf(z.array(z.number())),
  counts: z.object({ in: count }).nullish(),
});

/** Reads the answer of `POST /embed`; throws `bad-response` unless there is one vector for every text. */
export const readVectors = (
  value: unknown,
  { model, input }: EmbedRequest,
  provider: string,
): EmbedResponse => {
  const { vectors, counts } = readAs(vectorsSchema, value, provider);
  if (vectors.length !== input.length) {
    const message = `${provider} sent ${vectors.length} vectors for ${input.length} texts`;
    throw new ChatError('bad-response', message, { provider, model });
  }
  const { in: all } = counts ?? {};
  return { model, embeddings: vectors, ...(typeof all === 'number' && { usage: { input: all } }) };
};
