import { faults } from './faults.js';

const created = 1_700_000_000;

/** The faults as `GET /v1/models` lists models. */
export const openAIModels = (): unknown => ({
  object: 'list',
  data: faults.map(({ name }) => ({ id: name, object: 'model', created, owned_by: 'fault-wall' })),
});

/** The faults as `GET /api/tags` lists models. */
export const ollamaTags = (): unknown => ({
  models: faults.map(({ name }) => ({
    name,
    model: name,
    modified_at: new Date(created * 1000).toISOString(),
    size: 0,
    digest: '',
    details: {
      format: 'gguf',
      family: 'fault',
      families: ['fault'],
      parameter_size: '',
      quantization_level: '',
    },
  })),
});

/** What `GET /api/version` answers. */
export const ollamaVersion = (): unknown => ({ version: '0.12.0' });
