import type { EmbedRequest, EmbedResponse, JsonObject } from '@lakehouse/chat-core';
import { answerFault, type CallPlace } from './answer-fault.js';
import { asAmount, asArray, asObject, asText } from './loose.js';
import { toUsage } from './usage.js';
import { readModel, readOwnOptions } from './wire-request.js';

/** The body of `POST embeddings`. */
export const toEmbedBody = (request: EmbedRequest, provider: string): JsonObject => ({
  input: request.tokens ?? request.input,
  encoding_format: 'float',
  ...(request.dimensions !== undefined && { dimensions: request.dimensions }),
  ...readOwnOptions(request.providerOptions, provider),
  model: readModel(request, provider),
});

const floatBytes = 4;

/** A vector, also as base64 of little-endian floats: some servers ignore the format that was asked for. */
const toVector = (value: unknown): readonly number[] | undefined => {
  const encoded = asText(value);
  if (encoded !== undefined) {
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.length === 0 || bytes.length % floatBytes !== 0) return undefined;
    return Array.from({ length: bytes.length / floatBytes }, (_, index) =>
      bytes.readFloatLE(index * floatBytes),
    );
  }
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number')
    ? value
    : undefined;
};

/** Reads the vectors, in the order of the input. Throws `bad-response` when they are not one per input. */
export const toEmbedResponse = (body: unknown, request: EmbedRequest, place: CallPlace): EmbedResponse => {
  const rows = asArray(asObject(body)?.data).map((row, position) => {
    const fields = asObject(row);
    return { index: asAmount(fields?.index) ?? position, vector: toVector(fields?.embedding) };
  });
  const embeddings = rows
    .toSorted((left, right) => left.index - right.index)
    .flatMap(({ vector }) => (vector === undefined ? [] : [vector]));
  const inputs = (request.tokens ?? request.input).length;
  if (embeddings.length !== inputs) {
    const message = `the upstream sent ${embeddings.length} vectors for ${inputs} inputs`;
    throw answerFault('bad-response', message, place);
  }
  const counted = toUsage(asObject(body)?.usage);
  const { output: _, reasoning: __, ...usage } = counted ?? {};
  return { model: request.model, embeddings, ...(Object.keys(usage).length > 0 && { usage }) };
};
