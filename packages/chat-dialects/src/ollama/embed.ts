import { type EmbedRequest, type EmbedResponse, inputTokens, listOf } from '@lakehouse/chat-core';
import { z } from 'zod';
import type { AnswerMeta, EmbedExchange, EmbedRoute } from '../front.js';
import { present } from '../present.js';
import { toNanoseconds } from './answer.js';
import { withoutDefaultTag } from './model-name.js';
import { optionsSchema, toOwnOptions } from './options.js';
import { noteLost, type OwnParameters, toOwnParameters } from './own-parameters.js';
import { keepAliveSchema, modelSchema, noteOwnFields, readBody } from './shared-fields.js';

const shared = {
  model: modelSchema,
  options: optionsSchema.nullish(),
  keep_alive: keepAliveSchema,
  truncate: z.boolean().nullish(),
};

const error = 'expected a JSON object';

/** The body of `POST /api/embed`. */
export const embedSchema = z.object(
  {
    ...shared,
    input: z.union([z.string(), listOf(z.string())], 'expected a string or a list of strings').nullish(),
    dimensions: z.int().min(0).nullish(),
  },
  { error },
);

/** The body of `POST /api/embeddings`. */
export const legacySchema = z.object({ ...shared, prompt: z.string().nullish() }, { error });

type SharedEmbedFields = Pick<z.output<typeof embedSchema>, keyof typeof shared>;

const toOwn = (wire: SharedEmbedFields): OwnParameters => {
  const { keep_alive, truncate } = wire;
  const options = toOwnOptions(wire.options);
  return toOwnParameters(present({ options, keep_alive, truncate }), (notes) => {
    for (const name of Object.keys(options ?? {})) noteLost(notes, `options.${name}`);
    noteOwnFields({ keep_alive, truncate, shift: undefined }, notes);
  });
};

interface ReadEmbed extends Pick<OwnParameters, 'onlyFor'> {
  readonly request: EmbedRequest;
}

const toRequest = (wire: SharedEmbedFields, input: readonly string[], dimensions?: number): ReadEmbed => {
  const { providerOptions, onlyFor } = toOwn(wire);
  const model = withoutDefaultTag(wire.model);
  return { request: { model, input, ...present({ dimensions, providerOptions }) }, ...present({ onlyFor }) };
};

type Format = (response: Pick<EmbedResponse, 'embeddings' | 'usage'>, meta?: AnswerMeta) => object;

/** Without an input the model is only loaded, and the answer has no vector. */
const createExchange = ({ request, onlyFor }: ReadEmbed, format: Format): EmbedExchange => ({
  request,
  ...present({ onlyFor }),
  warnings: [],
  ...(request.input.length === 0 && { answerAtOnce: () => format({ embeddings: [] }) }),
  formatResponse: format,
});

const parseEmbed = (body: unknown): EmbedExchange => {
  const wire = readBody(embedSchema, body);
  const input = typeof wire.input === 'string' ? [wire.input] : (wire.input ?? []);
  return createExchange(
    toRequest(wire, input, wire.dimensions || undefined),
    ({ embeddings, usage }, meta) => ({
      model: wire.model,
      embeddings,
      ...present({
        total_duration: meta && toNanoseconds(meta.latencyMs),
        prompt_eval_count: inputTokens(usage),
      }),
    }),
  );
};

const parseLegacy = (body: unknown): EmbedExchange => {
  const wire = readBody(legacySchema, body);
  const input = wire.prompt ? [wire.prompt] : [];
  return createExchange(toRequest(wire, input), ({ embeddings }) => ({ embedding: embeddings[0] ?? [] }));
};

/** `POST /api/embed`, and the older `POST /api/embeddings` for a single text. */
export const embedRoutes: readonly EmbedRoute[] = [
  { kind: 'embed', method: 'POST', path: '/api/embed', parse: ({ body }) => parseEmbed(body) },
  { kind: 'embed', method: 'POST', path: '/api/embeddings', parse: ({ body }) => parseLegacy(body) },
];
