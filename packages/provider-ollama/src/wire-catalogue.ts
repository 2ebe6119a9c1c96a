import type { Capabilities, ModelInfo } from '@lakehouse/chat-core';
import { readObject } from '@lakehouse/provider-utils';
import { z } from 'zod';
import { boundedList, isString, listWhere } from './bounded-list.js';

/** What is read of one model in `/api/tags`. */
const entry = z.object({
  name: z.string().nullish(),
  model: z.string().nullish(),
  digest: z.string().nullish(),
  details: z
    .object({
      family: z.string().nullish(),
      parameter_size: z.string().nullish(),
      quantization_level: z.string().nullish(),
      context_length: z.number().nullish(),
    })
    .nullish(),
  capabilities: listWhere(isString).nullish(),
});

const tags = z.object({ models: boundedList(entry).nullish() }); // very old servers write null for "none"

const show = z.object({
  capabilities: listWhere(isString).nullish(),
  /** The modelfile's parameters, one `name value` to a line. */
  parameters: z.string().nullish(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
});

/** One model as `/api/tags` lists it. */
export type CatalogueEntry = z.infer<typeof entry> & { readonly id: string };

/** What is known of a model beyond its name. */
export type ModelDetails = Pick<ModelInfo, 'contextWindow' | 'capabilities'>;

/** Reads the answer of `/api/tags`. Throws `bad-response`. */
export const readTags = (value: unknown, provider: string): readonly CatalogueEntry[] =>
  (readObject(tags, value, provider).models ?? []).flatMap((model) => {
    const id = model.name || model.model;
    return id ? [{ ...model, id }] : [];
  });

/** Servers before 0.6.4 do not send the list: unknown then, not "none". */
const toCapabilities = (names: readonly string[] | null | undefined): Partial<Capabilities> | undefined =>
  names
    ? {
        tools: names.includes('tools'),
        images: names.includes('vision'),
        reasoning: names.includes('thinking'),
        embeddings: names.includes('embedding'),
      }
    : undefined;

const toDetails = (
  names: readonly string[] | null | undefined,
  contextWindow: number | null | undefined,
): ModelDetails => {
  const capabilities = toCapabilities(names);
  return { ...(contextWindow && { contextWindow }), ...(capabilities && { capabilities }) };
};

/** What the list itself says of a model; newer servers say all, older ones nothing. */
export const readListedDetails = ({ capabilities, details }: CatalogueEntry): ModelDetails =>
  toDetails(capabilities, details?.context_length);

/**
 * Reads the answer of `/api/show`. The context window is the modelfile's `num_ctx` where it has one, else the model's
 * own maximum; the server may hold less in memory. Throws `bad-response`.
 */
export const readShow = (value: unknown, provider: string): ModelDetails => {
  const { capabilities, parameters, model_info: info } = readObject(show, value, provider);
  const chosen = Number(/^num_ctx\s+(\d+)/m.exec(parameters ?? '')?.[1] ?? 0);
  const longest = info?.[`${String(info['general.architecture'])}.context_length`];
  return toDetails(capabilities, chosen || (typeof longest === 'number' ? longest : undefined));
};

/** One row of the models that can be called. */
export const toModelInfo = (model: CatalogueEntry, details: ModelDetails): ModelInfo => {
  const { family, parameter_size: size, quantization_level: quantization } = model.details ?? {};
  const description = [family, size, quantization].filter(Boolean).join(', ');
  return { id: model.id, ...(description !== '' && { description }), ...details };
};
