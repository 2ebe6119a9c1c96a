import { describe, expect, it } from 'vitest';
import { serve } from './support/calls.js';
import { says, startLab } from './support/lab.js';
import { post } from './support/service.js';

describe('a request that only loads a model', () => {
  it.each([
    ['/api/generate', { prompt: '' }],
    ['/api/chat', { messages: [] }],
    ['/api/embed', { input: [] }],
  ])(
    '%s: is answered at once where the name leads to a provider, and refused where it does not',
    async (path, body) => {
      const lab = await startLab({ up: says('well') });
      const service = await serve(lab.provider('lab'));
      const load = (model: string) => post(service, { model, ...body }, { path });
      expect((await load('lab/up')).status).toBe(200);
      const refused = await load('openrouter/up');
      expect(refused.status).toBe(404);
      expect(refused.json()).toEqual({ error: expect.stringContaining('openrouter is not configured') });
    },
  );
});
