import { json } from '@lakehouse/provider-testkit';
import { describe, expect, it } from 'vitest';
import { createOpenAICompat, definePreset } from '../src/index.js';
import { setUpServer } from './support/server.js';

const preset = definePreset({
  baseUrl: 'https://acme.example/v1',
  keyEnv: ['ACME_API_KEY'],
  quirks: { maxTokensField: 'max_completion_tokens', omitParameters: ['seed'] },
  faultRules: [{ status: 400, words: /too much/i, code: 'quota-exceeded' }],
  foreignModels: [{ models: 'image-*', endpoint: '/images' }],
});

describe('a preset that another package gives as data', () => {
  const server = setUpServer();

  it('brings its quirks; what it leaves out is as with any server', async () => {
    const { answer, bodies } = await server.ask({ preset, key: 'k' }, { maxTokens: 5, seed: 1, topP: 1 });
    expect(bodies[0]).toMatchObject({ max_completion_tokens: 5, top_p: 1 });
    expect(bodies[0]).not.toHaveProperty('seed');
    expect(answer.warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'seed' }]);
  });

  it("gives way to the operator's quirks", async () => {
    const settings = { preset, key: 'k', quirks: { omitParameters: [] } };
    const { bodies } = await server.ask(settings, { seed: 1 });
    expect(bodies[0]).toMatchObject({ seed: 1 });
  });

  it('brings its reading of errors, and the models that are served elsewhere', async () => {
    const fault = json({ error: { message: 'Too much for today' } }, { status: 400 });
    await expect(server.ask({ preset, key: 'k' }, {}, fault)).rejects.toMatchObject({
      code: 'quota-exceeded',
    });
    await expect(server.ask({ preset, key: 'k' }, { model: 'image-1' })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it('says which variable its key stands in', async () => {
    const provider = createOpenAICompat({ preset, environment: {} }, 'acme');
    expect(provider.credential).toEqual({ present: false, hint: 'set ACME_API_KEY' });
    await provider.close?.();
  });
});
