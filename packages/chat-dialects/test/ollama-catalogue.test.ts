import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ListedModel } from '../src/front.js';
import { ollamaFront } from '../src/ollama/front.js';
import { askCatalogue, askPlain, problemOf, routeOf } from './support/ollama.js';

const models: readonly ListedModel[] = [
  { id: 'frontier' },
  {
    id: 'openrouter/vendor/Model:free',
    provider: 'openrouter',
    info: {
      id: 'vendor/Model:free',
      displayName: 'Model (free)',
      contextWindow: 128_000,
      capabilities: { tools: true, images: true, reasoning: true },
    },
  },
  { id: 'lab/tiny:latest', provider: 'lab', info: { id: 'tiny:latest' } },
  {
    id: 'lab/vectors',
    provider: 'lab',
    info: { id: 'vectors', capabilities: { embeddings: true, tools: false } },
  },
];

const tags = (): { models: Record<string, unknown>[] } =>
  askCatalogue(routeOf('catalogue', '/api/tags', 'GET'), models) as { models: Record<string, unknown>[] };
const show = (body: unknown): unknown => askCatalogue(routeOf('catalogue', '/api/show'), models, body);
const pull = (body: unknown): unknown => askCatalogue(routeOf('catalogue', '/api/pull'), models, body);

describe('GET /api/tags', () => {
  it('lists every model under the name that routes to it, as name and as model', () => {
    expect(tags().models.map(({ name }) => name)).toEqual(models.map(({ id }) => id));
    expect(tags().models.map(({ model }) => model)).toEqual(models.map(({ id }) => id));
  });

  it('has every field that clients read without looking', () => {
    expect(tags().models[1]).toEqual({
      name: 'openrouter/vendor/Model:free',
      model: 'openrouter/vendor/Model:free',
      modified_at: '1970-01-01T00:00:00Z',
      size: 0,
      digest: createHash('sha256').update('openrouter/vendor/Model:free').digest('hex'),
      details: {
        parent_model: '',
        format: '',
        family: 'openrouter',
        families: [],
        parameter_size: '',
        quantization_level: '',
        context_length: 128_000,
      },
      capabilities: ['completion', 'tools', 'vision', 'thinking'],
    });
    for (const { digest, modified_at: at } of tags().models) {
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(new Date(at as string).toISOString()).toBe('1970-01-01T00:00:00.000Z');
    }
  });

  it('is an empty list without models, never null', () => {
    expect(askCatalogue(routeOf('catalogue', '/api/tags', 'GET'), [])).toEqual({ models: [] });
  });
});

describe('POST /api/show', () => {
  it('tells what editors read: capabilities, and the window under the name of the architecture', () => {
    expect(show({ model: 'openrouter/vendor/Model:free' })).toEqual({
      license: '',
      modelfile: '',
      parameters: '',
      template: '',
      details: tags().models[1]?.details,
      model_info: {
        'general.architecture': 'openrouter',
        'general.basename': 'Model (free)',
        'openrouter.context_length': 128_000,
      },
      capabilities: ['completion', 'tools', 'vision', 'thinking'],
      modified_at: '1970-01-01T00:00:00Z',
    });
  });

  it('leaves out what is not known', () => {
    expect(show({ model: 'frontier' })).toMatchObject({
      model_info: { 'general.architecture': 'tier', 'general.basename': 'frontier' },
      capabilities: ['completion'],
    });
  });

  it('takes a model that only embeds for one that completes nothing', () => {
    expect(show({ model: 'lab/vectors' })).toMatchObject({ capabilities: ['embedding'] });
  });

  it.each([
    [{ name: 'frontier' }, 'frontier'],
    [{ model: 'frontier', name: 'other' }, 'frontier'],
    [{ model: 'frontier:latest', verbose: true }, 'frontier'],
    [{ model: 'lab/tiny' }, 'lab/tiny:latest'],
    [{ model: 'lab/tiny:latest' }, 'lab/tiny:latest'],
    [{ model: 'openrouter/vendor/Model:free' }, 'Model (free)'],
  ])('finds %j', (body, basename) => {
    expect(show(body)).toMatchObject({ model_info: { 'general.basename': basename } });
  });

  it.each(['nobody', 'Frontier', 'openrouter/vendor/Model', 'frontier:8b', ':latest'])(
    'does not know %s',
    (model) => {
      expect(problemOf(() => show({ model }))).toBe(`model-not-found model | model '${model}' not found`);
    },
  );

  it('prefers the name as it is listed', () => {
    const twins: readonly ListedModel[] = [{ id: 'twin' }, { id: 'twin:latest' }];
    expect(askCatalogue(routeOf('catalogue', '/api/show'), twins, { model: 'twin:latest' })).toMatchObject({
      model_info: { 'general.basename': 'twin:latest' },
    });
  });

  it('needs a name', () => {
    expect(problemOf(() => show({}))).toBe(
      'invalid-request model | model: expected string, but it is missing',
    );
    expect(problemOf(() => show({ name: 5 }))).toContain('invalid-request name');
    expect(problemOf(() => show(undefined))).toBe('invalid-request - | expected a JSON object');
  });
});

describe('POST /api/pull', () => {
  it.each([{ model: 'frontier' }, { name: 'lab/tiny' }, { model: 'frontier:latest', stream: false }])(
    'of a model that is there has nothing to do: %j',
    (body) => {
      expect(pull(body)).toEqual({ status: 'success' });
    },
  );

  it('of another one fails', () => {
    expect(problemOf(() => pull({ model: 'nobody', stream: true }))).toBe(
      "model-not-found model | model 'nobody' not found; this server does not pull models",
    );
  });
});

describe('the routes that answer by themselves', () => {
  it('have a version that clients can compare, new enough for all that they look for', () => {
    const { version } = askPlain(routeOf('plain', '/api/version', 'GET')) as { version: string };
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    expect(major > 0 || minor >= 14).toBe(true);
  });

  it('have no model in memory', () => {
    expect(askPlain(routeOf('plain', '/api/ps', 'GET'))).toEqual({ models: [] });
  });

  it('say that they are there', () => {
    expect(askPlain(routeOf('plain', '/', 'HEAD'))).toBeUndefined();
    expect(askPlain(routeOf('plain', '/', 'GET'))).toEqual({ status: 'running' });
  });

  it.each([
    ['POST', '/api/push'],
    ['POST', '/api/create'],
    ['POST', '/api/copy'],
    ['DELETE', '/api/delete'],
  ] as const)('refuse %s %s', (method, path) => {
    const action = path.replace('/api/', '');
    expect(problemOf(() => askPlain(routeOf('plain', path, method), { model: 'm' }))).toBe(
      `unsupported - | ${action}: this server stores no models; its config says which there are`,
    );
  });
});

it('has no route twice', () => {
  const routes = ollamaFront.routes.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(routes).size).toBe(routes.length);
  expect(routes).toHaveLength(15);
});
