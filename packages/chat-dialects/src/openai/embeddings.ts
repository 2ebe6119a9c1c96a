import {
  type EmbedResponse,
  inputTokens,
  listOf,
  providerMetadataSchema,
  toInvalidRequest,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import type { AnswerMeta, EmbedExchange } from '../front.js';
import { createNotes, refuse } from '../notes.js';
import { present } from '../present.js';
import { openaiNames } from './names.js';

const expected = 'expected a string or a list of strings';

/** The body of `POST /v1/embeddings`. */
export const openaiEmbeddingsSchema = z.object(
  {
    model: z
      .string()
      .min(1, 'expected the name of a model')
      .max(512, 'expected a name of at most 512 characters'),
    input: z.union([z.string(), listOf(z.string(), { least: 1 })], expected),
    encoding_format: z.enum(['float', 'base64']).nullish(),
    dimensions: z.int().min(1).nullish(),
    user: z.string().nullish(),
    provider_options: providerMetadataSchema.nullish(),
  },
  { error: 'expected a JSON object' },
);

/** Token numbers, or lists of them. */
const isTokens = (body: unknown): boolean => {
  const input = (body as { readonly input?: unknown } | null | undefined)?.input;
  return Array.isArray(input) && [input[0]].flat().some((item) => typeof item === 'number');
};

/** Numbers of 32 bits, the lowest byte first, as the official SDKs read them. */
const toBase64 = (vector: readonly number[]): string => {
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  for (const [index, value] of vector.entries()) view.setFloat32(index * 4, value, true);
  return Buffer.from(view.buffer).toString('base64');
};

const formatEmbeddings = (
  response: EmbedResponse,
  meta: AnswerMeta,
  encode: (vector: readonly number[]) => unknown,
): object => {
  const warnings = [...meta.warnings, ...openaiNames.toWarnings(response.warnings)];
  // The protocol demands a count, and its clients read it unasked: 0 where the upstream did not say.
  const tokens = inputTokens(response.usage) ?? 0;
  return {
    object: 'list',
    data: response.embeddings.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encode(vector),
    })),
    model: response.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
    ...(warnings.length > 0 && { warnings }),
  };
};

/**
 * Reads the body of `POST /v1/embeddings`. Throws `invalid-request`, and `unsupported` for token numbers, which mean
 * something to one model only.
 */
export const parseOpenaiEmbeddings = (body: unknown): EmbedExchange => {
  if (isTokens(body)) refuse('input', 'token numbers are not supported; send strings');
  const result = openaiEmbeddingsSchema.safeParse(body);
  if (!result.success) throw toInvalidRequest(result.error);
  const { model, input, encoding_format: encoding, dimensions, user, provider_options } = result.data;
  const notes = createNotes();
  if (user != null) notes.drop('user', 'there is no place for it in a request to a provider');
  return {
    request: {
      model,
      input: typeof input === 'string' ? [input] : input,
      ...present({ dimensions, providerOptions: provider_options }),
    },
    warnings: notes.list(),
    formatResponse: (response, meta) =>
      formatEmbeddings(response, meta, encoding === 'base64' ? toBase64 : (vector) => vector),
  };
};
