import { ChatError } from '@lakehouse/chat-core';
import { findModelBy } from '../find-model.js';
import type { ListedModel, RouteInput } from '../front.js';

/** One row of `GET /v1/models`; `null` is the protocol's word for unknown. */
interface AnthropicModel {
  readonly type: 'model';
  readonly id: string;
  readonly display_name: string;
  /** The epoch: the protocol's own value for a date that is unknown. */
  readonly created_at: string;
  readonly max_input_tokens: number | null;
  readonly max_tokens: number | null;
}

/** All models on one page. */
interface AnthropicModelList {
  readonly data: readonly AnthropicModel[];
  readonly has_more: false;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

const toModel = ({ id, info }: ListedModel): AnthropicModel => ({
  type: 'model',
  id,
  display_name: info?.displayName ?? id,
  created_at: '1970-01-01T00:00:00Z',
  max_input_tokens: info?.contextWindow ?? null,
  max_tokens: info?.maxOutputTokens ?? null,
});

export const toModelList = (models: readonly ListedModel[]): AnthropicModelList => ({
  data: models.map(toModel),
  has_more: false,
  first_id: models[0]?.id ?? null,
  last_id: models.at(-1)?.id ?? null,
});

/** The model that the path names; throws `model-not-found`. */
export const findModel = (models: readonly ListedModel[], { params }: RouteInput): AnthropicModel => {
  const id = params.id ?? '';
  const model = findModelBy(models, (name) => name === id);
  if (!model)
    throw new ChatError('model-not-found', `There is no model ${JSON.stringify(id)}`, { model: id });
  return toModel(model);
};

/** Other protocols have the same paths; the SDKs of this one say so in a header. */
export const isAnthropicRequest = (headers: RouteInput['headers']): boolean =>
  headers['anthropic-version'] !== undefined;
