import { type CallContext, isChatError, type ModelInfo } from '@lakehouse/chat-core';
import type { FetchJson } from './json-calls.js';
import { mapConcurrently } from './map-concurrently.js';
import {
  type CatalogueEntry,
  type ModelDetails,
  readListedDetails,
  readShow,
  readTags,
  toModelInfo,
} from './wire-catalogue.js';

const showsAtOnce = 4;

/**
 * Lists models with what is known of them. The details come from the list where it has them, else from one
 * `/api/show` per model, which is remembered by the model's digest.
 */
export const createCatalogue = (
  provider: string,
  fetchJson: FetchJson,
): ((context: CallContext) => Promise<readonly ModelInfo[]>) => {
  let remembered: ReadonlyMap<string, ModelDetails> = new Map();

  const show = async (model: CatalogueEntry, signal: AbortSignal): Promise<ModelDetails | undefined> => {
    try {
      const call = { path: 'api/show', body: { model: model.id }, signal, model: model.id };
      return readShow(await fetchJson({ ...call, method: 'POST' }), provider);
    } catch (error) {
      // One model that cannot be shown, for example because it is being deleted, is listed with what the list says.
      const itsOwn = isChatError(error) && error.code !== 'aborted' && error.code !== 'unreachable';
      if (itsOwn && !signal.aborted) return undefined;
      throw error;
    }
  };

  return async ({ signal }) => {
    const models = readTags(await fetchJson({ method: 'GET', path: 'api/tags', signal }), provider);
    const shown = new Map<string, ModelDetails>();
    const rows = await mapConcurrently(models, showsAtOnce, async (model) => {
      const listed = readListedDetails(model);
      if (listed.capabilities && listed.contextWindow !== undefined) return toModelInfo(model, listed);
      const key = model.digest || model.id;
      const details = remembered.get(key) ?? (await show(model, signal));
      if (details) shown.set(key, details);
      return toModelInfo(model, details ?? listed);
    });
    remembered = shown;
    return rows;
  };
};
