import {
  type EmbedRequest,
  type EmbedResponse,
  inputTokens,
  listOf,
  providerMetadataSchema,
  toInvalidRequest,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import type { AnswerMeta, EmbedExchange } from '../front.js';
import { createNotes } from '../notes.js';
import { present } from '../present.js';
import { openaiNames } from './names.js';

const expected = 'expected a string, a list of strings, a list of token numbers or a list of such lists';
const tokens = listOf(z.int().min(0), { least: 1 });

/** The body of `POST /v1/embeddings`. */
export const openaiEmbeddingsSchema = z.object(
  {
    model: z
      .string()
      .min(1, 'expected the name of a model')
      .max(512, 'expected a name of at most 512 characters'),
    input: z.union(
      [z.string(), listOf(z.string(), { least: 1 }), tokens, listOf(tokens, { least: 1 })],
      expected,
    ),
    encoding_format: z.enum(['float', 'base64']).nullish(),
    dimensions: z.int().min(1).nullish(),
    user: z.string().nullish(),
    provider_options: providerMetadataSchema.nullish(),
  },
  { error: 'expected a JSON object' },
);

type Input = z.output<typeof openaiEmbeddingsSchema>['input'];

const isTexts = (input: Exclude<Input, string>): input is string[] => typeof input[0] === 'string';
const isOneList = (input: number[] | number[][]): input is number[] => typeof input[0] === 'number';

/** Some clients count a text's tokens themselves, and send their numbers in place of the text. */
const toInput = (input: Input): Pick<EmbedRequest, 'input' | 'tokens'> => {
  if (typeof input === 'string') return { input: [input] };
  if (isTexts(input)) return { input };
  return { input: [], tokens: isOneList(input) ? [input] : input };
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

/** Reads the body of `POST /v1/embeddings`. Throws `invalid-request`. */
export const parseOpenaiEmbeddings = (body: unknown): EmbedExchange => {
  const result = openaiEmbeddingsSchema.safeParse(body);
  if (!result.success) throw toInvalidRequest(result.error);
  const { model, input, encoding_format: encoding, dimensions, user, provider_options } = result.data;
  const notes = createNotes();
  if (user != null) notes.drop('user', 'there is no place for it in a request to a provider');
  return {
    request: {
      model,
      ...toInput(input),
      ...present({ dimensions, providerOptions: provider_options }),
    },
    namesProviders: true,
    warnings: notes.list(),
    formatResponse: (response, meta) =>
      formatEmbeddings(response, meta, encoding === 'base64' ? toBase64 : (vector) => vector),
  };
};
