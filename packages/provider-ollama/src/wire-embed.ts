import { ChatError, type EmbedRequest, type EmbedResponse, type JsonObject } from '@lakehouse/chat-core';
import { readObject } from '@lakehouse/provider-utils';
import { z } from 'zod';
import { listWhere } from './bounded-list.js';

const isVector = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number');

const answer = z.object({
  embeddings: listWhere(isVector),
  prompt_eval_count: z.number().nullish(),
});

/** The body of `/api/embed`, without the caller's `providerOptions`. Throws `unsupported` for tokens. */
export const toEmbedBody = (
  { model, input, tokens, dimensions }: EmbedRequest,
  provider: string,
): JsonObject => {
  if (tokens) {
    const message = `${provider} takes texts to embed, and no token numbers`;
    throw new ChatError('unsupported', message, { provider, model, path: 'input' });
  }
  return { model, input, ...(dimensions !== undefined && { dimensions }) };
};

/** Reads the answer of `/api/embed`; throws `bad-response` unless there is one vector for every input. */
export const readEmbedAnswer = (value: unknown, request: EmbedRequest, provider: string): EmbedResponse => {
  const { embeddings, prompt_eval_count: input } = readObject(answer, value, provider);
  if (embeddings.length !== request.input.length) {
    const counts = `${embeddings.length} vectors for ${request.input.length} texts`;
    throw new ChatError('bad-response', `${provider} sent ${counts}`, { provider, model: request.model });
  }
  return { model: request.model, embeddings, ...(typeof input === 'number' && { usage: { input } }) };
};
