import { describe, expect, it } from 'vitest';
import { meta, parseEmbed, problemOf } from './support/ollama.js';

const embed = (fields: object) => parseEmbed('/api/embed', { model: 'm', ...fields });
const legacy = (fields: object) => parseEmbed('/api/embeddings', { model: 'm', ...fields });
const response = { model: 'upstream-model', embeddings: [[0.1, 0.2]], usage: { input: 5 } };

describe('POST /api/embed', () => {
  it('takes one text or several', () => {
    expect(embed({ input: 'a' }).request).toEqual({ model: 'm', input: ['a'] });
    expect(embed({ input: ['a', '', 'b'] }).request).toEqual({ model: 'm', input: ['a', '', 'b'] });
  });

  it('hands on the dimensions, and what only an upstream of the same protocol understands', () => {
    const own = { options: { num_ctx: 9 }, keep_alive: '5m', truncate: false };
    expect(embed({ input: 'a', dimensions: 64, ...own }).request).toEqual({
      model: 'm',
      input: ['a'],
      dimensions: 64,
      providerOptions: { ollama: own, 'ollama-cloud': own },
    });
    expect(embed({ input: 'a', ...own }).onlyFor?.warnings.map(({ parameter }) => parameter)).toEqual([
      'options.num_ctx',
      'keep_alive',
      'truncate',
    ]);
    expect(embed({ input: 'a', dimensions: 0, options: {}, truncate: null }).request).toEqual({
      model: 'm',
      input: ['a'],
    });
  });

  it('answers with a list of vectors for a single text too, and the name that was asked for', () => {
    expect(embed({ input: 'a' }).formatResponse(response, meta)).toEqual({
      model: 'm',
      embeddings: [[0.1, 0.2]],
      total_duration: 812_400_000,
      prompt_eval_count: 5,
    });
    const tagged = parseEmbed('/api/embed', { model: 'm:latest', input: 'a' });
    expect(tagged.request.model).toBe('m');
    expect(tagged.formatResponse({ ...response, usage: {} }, meta)).toEqual({
      model: 'm:latest',
      embeddings: [[0.1, 0.2]],
      total_duration: 812_400_000,
    });
  });

  it.each([{}, { input: [] }, { input: null }])(
    'only loads the model where there is no input: %j',
    (fields) => {
      expect(embed(fields).answerAtOnce?.(meta)).toEqual({ model: 'm', embeddings: [] });
    },
  );

  it('asks for an empty text, which is one', () => {
    expect(embed({ input: '' }).answerAtOnce).toBeUndefined();
  });

  it.each([
    [{ input: [1, 2] }, 'invalid-request input'],
    [{ input: 5 }, 'invalid-request input'],
    [{ input: 'a', dimensions: -1 }, 'invalid-request dimensions'],
    [{ input: 'a', truncate: 'no' }, 'invalid-request truncate'],
    [{ model: '' }, 'invalid-request model'],
  ])('refuses %j', (fields, problem) => {
    expect(problemOf(() => embed(fields))).toContain(problem);
  });
});

describe('POST /api/embeddings, the older one', () => {
  it('has one prompt and one vector', () => {
    const exchange = legacy({ prompt: 'a', keep_alive: 5 });
    expect(exchange.request).toMatchObject({
      model: 'm',
      input: ['a'],
      providerOptions: { ollama: { keep_alive: 5 } },
    });
    expect(exchange.formatResponse(response, meta)).toEqual({ embedding: [0.1, 0.2] });
  });

  it('only loads the model where the prompt is empty', () => {
    expect(legacy({ prompt: '' }).answerAtOnce?.(meta)).toEqual({ embedding: [] });
    expect(legacy({}).answerAtOnce?.(meta)).toEqual({ embedding: [] });
  });
});
