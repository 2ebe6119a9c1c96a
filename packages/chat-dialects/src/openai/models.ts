import { ChatError } from '@lakehouse/chat-core';
import { findModelBy } from '../find-model.js';
import type { ListedModel, RouteInput } from '../front.js';
import { present } from '../present.js';

/** A model as a row of the catalogue. */
export interface OpenaiModel {
  readonly id: string;
  readonly object: 'model';
  /** Unix seconds; nobody knows when, but the protocol wants a number. */
  readonly created: 0;
  /** The provider; `tier` for a name that stands for models. */
  readonly owned_by: string;
  /** Beyond the protocol, as OpenRouter tells them. */
  readonly name?: string;
  readonly context_length?: number;
}

const toModel = ({ id, provider, info }: ListedModel): OpenaiModel => ({
  id,
  object: 'model',
  created: 0,
  owned_by: provider ?? 'tier',
  ...present({ name: info?.displayName, context_length: info?.contextWindow }),
});

/** The body of `GET /v1/models`. */
export const listOpenaiModels = (models: readonly ListedModel[]): object => ({
  object: 'list',
  data: models.map(toModel),
});

/** The body of `GET /v1/models/{id}`, where an id may hold slashes and colons. Throws `model-not-found`. */
export const findOpenaiModel = (
  models: readonly ListedModel[],
  { params }: Pick<RouteInput, 'params'>,
): OpenaiModel => {
  const id = params.id ?? '';
  const model = findModelBy(models, (name) => name === id);
  if (model) return toModel(model);
  const message = `The model ${JSON.stringify(id.slice(0, 512))} does not exist; /v1/models lists those that do`;
  throw new ChatError('model-not-found', message, { path: 'model' });
};
