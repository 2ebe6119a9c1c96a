import { ChatError } from '@lakehouse/chat-core';
import { z } from 'zod';
import { findModelBy } from '../find-model.js';
import type { CatalogueRoute, ListedModel } from '../front.js';
import { present } from '../present.js';
import { digestOf, isSameModel } from './model-name.js';
import { modelSchema, readBody } from './shared-fields.js';

/** When a model was changed is not known, but no client does without a date. */
const modifiedAt = '1970-01-01T00:00:00Z';

/** What stands for the kind of a model: the provider that has it. */
const familyOf = ({ provider = 'tier' }: ListedModel): string => provider;

const detailsOf = (model: ListedModel) => ({
  parent_model: '',
  format: '',
  family: familyOf(model),
  families: [],
  parameter_size: '',
  quantization_level: '',
  ...present({ context_length: model.info?.contextWindow }),
});

/** In the protocol's words; what is unknown of a model is not listed. A model that only embeds completes nothing. */
const capabilitiesOf = ({ info: { capabilities = {} } = { id: '' } }: ListedModel): readonly string[] => {
  const { tools, images, reasoning, embeddings } = capabilities;
  const completing = [
    ...(tools ? ['tools'] : []),
    ...(images ? ['vision'] : []),
    ...(reasoning ? ['thinking'] : []),
  ];
  if (embeddings) return [...(completing.length > 0 ? ['completion', ...completing] : []), 'embedding'];
  return ['completion', ...completing];
};

const toListEntry = (model: ListedModel) => ({
  name: model.id,
  model: model.id,
  modified_at: modifiedAt,
  size: 0,
  digest: digestOf(model.id),
  details: detailsOf(model),
  capabilities: capabilitiesOf(model),
});

/** Editors read the window under the name of the architecture, and the last one as the name to show. */
const modelInfoOf = (model: ListedModel) => {
  const architecture = familyOf(model);
  return {
    'general.architecture': architecture,
    'general.basename': model.info?.displayName ?? model.id,
    ...present({ [`${architecture}.context_length`]: model.info?.contextWindow }),
  };
};

const nameSchema = z
  .object({ model: modelSchema.nullish(), name: modelSchema.nullish() }, { error: 'expected a JSON object' })
  .transform(({ model, name }, context): string => {
    const asked = model ?? name;
    if (asked !== undefined && asked !== null) return asked;
    context.addIssue({ code: 'custom', path: ['model'], message: 'expected string, but it is missing' });
    return z.NEVER;
  });

const find = (models: readonly ListedModel[], asked: string, more = ''): ListedModel => {
  const found =
    findModelBy(models, (name) => name === asked) ?? findModelBy(models, (name) => isSameModel(name, asked));
  if (found) return found;
  throw new ChatError('model-not-found', `model '${asked}' not found${more}`, {
    model: asked,
    path: 'model',
  });
};

/** The routes that tell of models. */
export const catalogueRoutes: readonly CatalogueRoute[] = [
  {
    kind: 'catalogue',
    method: 'GET',
    path: '/api/tags',
    answer: (models) => ({ models: models.map(toListEntry) }),
  },
  {
    kind: 'catalogue',
    method: 'POST',
    path: '/api/show',
    answer(models, { body }) {
      const model = find(models, readBody(nameSchema, body));
      return {
        license: '',
        modelfile: '',
        parameters: '',
        template: '',
        details: detailsOf(model),
        model_info: modelInfoOf(model),
        capabilities: capabilitiesOf(model),
        modified_at: modifiedAt,
      };
    },
  },
  {
    // A model that can be asked is there. One object is a stream of one line, so that `stream` changes nothing.
    kind: 'catalogue',
    method: 'POST',
    path: '/api/pull',
    answer(models, { body }) {
      find(models, readBody(nameSchema, body), '; this server does not pull models');
      return { status: 'success' };
    },
  },
];
