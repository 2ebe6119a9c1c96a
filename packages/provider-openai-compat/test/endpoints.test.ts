import { createCallContext, type EmbedRequest, type Provider } from '@lakehouse/chat-core';
import { json, type ScriptedUpstream, startUpstream, text } from '@lakehouse/provider-testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKimi, createOpenAICompat, createOpenCode, createOpenRouter } from '../src/index.js';

let upstream: ScriptedUpstream;
let open: Provider[] = [];
beforeAll(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  for (const provider of open) await provider.close?.();
  open = [];
  upstream.clear();
});
afterAll(() => upstream.close());

const keep = (provider: Provider): Provider => {
  open.push(provider);
  return provider;
};
const plain = (): Provider => keep(createOpenAICompat({ url: `${upstream.url}/v1` }, 'plain'));
const context = createCallContext();

describe('models', () => {
  it.each([
    ['a bare list', [{ id: 'a' }], [{ id: 'a' }]],
    ['null', { data: null }, []],
    [
      'names alone, and rows that are none',
      { data: ['a', {}, null, { name: 'b' }] },
      [{ id: 'a' }, { id: 'b' }],
    ],
  ])('may be %s', async (_, body, expected) => {
    upstream.reply(json(body));
    expect(await plain().models?.(context)).toEqual(expected);
    expect(upstream.requests[0]?.path).toBe('/v1/models');
  });

  it('throws when there is no list, and when the upstream fails', async () => {
    upstream.reply(json({}));
    await expect(plain().models?.(context)).rejects.toMatchObject({
      code: 'bad-response',
      provider: 'plain',
    });
    upstream.reply(text('', { status: 503 }));
    await expect(plain().models?.(context)).rejects.toMatchObject({ code: 'overloaded' });
  });

  it("shows and hides what the operator says, over the preset's own selection", async () => {
    upstream.reply(json({ data: ['claude-x', 'glm-5', 'big-pickle'].map((id) => ({ id })) }));
    const models = { allow: ['claude-*'], deny: ['big-pickle'] };
    const provider = keep(createOpenCode({ url: upstream.url, key: 'k', models }));
    expect(await provider.models?.(context)).toEqual([{ id: 'claude-x' }, { id: 'glm-5' }]);
  });
});

describe('availability', () => {
  it.each([
    ['a list', json({ data: [] }), { available: true }],
    [
      'no such path',
      text('', { status: 404 }),
      { available: true, detail: 'reachable; it has no list of models' },
    ],
    [
      'a wrong key',
      text('', { status: 401 }),
      { available: false, detail: 'plain answered 401 with an empty body' },
    ],
    [
      'a failure',
      text('Loading model', { status: 503 }),
      { available: false, detail: 'plain: Loading model' },
    ],
  ])('of a server that answers with %s', async (_, script, expected) => {
    upstream.reply(script);
    expect(await plain().availability?.(context)).toEqual(expected);
  });

  it('says that an open list proves nothing about the key', async () => {
    upstream.reply(json({ data: [] }));
    const provider = keep(createOpenRouter({ url: upstream.url, key: 'k' }));
    expect(await provider.availability?.(context)).toMatchObject({
      available: true,
      detail: expect.stringContaining('the key was not checked') as string,
    });
  });

  it('gives up after three seconds', { timeout: 10_000 }, async () => {
    upstream.reply({ beforeHeaders: true, steps: [{ silence: true }] });
    const start = performance.now();
    expect(await plain().availability?.(context)).toEqual({
      available: false,
      detail: 'plain did not answer within 3 seconds',
    });
    expect(performance.now() - start).toBeLessThan(4000);
  });

  it('without a key says what to set, and asks nobody', async () => {
    const provider = keep(createKimi({ url: upstream.url, environment: {} }));
    expect(await provider.availability?.(context)).toEqual({ available: false, detail: 'set KIMI_API_KEY' });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('embeddings', () => {
  const request: EmbedRequest = { model: 'e', input: ['a', 'b'], dimensions: 2 };
  const row = (index: number, embedding: unknown) => ({ object: 'embedding', index, embedding });
  const base64 = Buffer.from(new Float32Array([0.5, -1]).buffer).toString('base64');

  it('are asked for by token numbers where these are given, one vector for each list', async () => {
    upstream.reply(json({ data: [row(0, [1, 2]), row(1, [3, 4])] }));
    const answer = await plain().embed?.({ model: 'e', input: [], tokens: [[5, 6], [7]] }, context);
    expect(answer?.embeddings).toHaveLength(2);
    expect(upstream.requests[0]?.json).toMatchObject({ input: [[5, 6], [7]] });
  });

  it('are asked for as floats and put in the order of the input', async () => {
    upstream.reply(
      json({ data: [row(1, [3, 4]), row(0, [1, 2])], usage: { prompt_tokens: 5, total_tokens: 5 } }),
    );
    expect(await plain().embed?.(request, context)).toEqual({
      model: 'e',
      embeddings: [
        [1, 2],
        [3, 4],
      ],
      usage: { input: 5 },
    });
    expect(upstream.requests[0]).toMatchObject({
      path: '/v1/embeddings',
      json: { model: 'e', input: ['a', 'b'], encoding_format: 'float', dimensions: 2 },
    });
  });

  it('may come as base64 all the same, and without an index', async () => {
    upstream.reply(json({ data: [{ embedding: base64 }, { embedding: [1, 2] }] }));
    expect(await plain().embed?.(request, context)).toMatchObject({
      embeddings: [
        [0.5, -1],
        [1, 2],
      ],
    });
  });

  it.each([
    ['one vector too few', { data: [row(0, [1])] }],
    ['an empty vector', { data: [row(0, [1]), row(1, [])] }],
    ['no data', {}],
  ])('%s is a bad response', async (_, body) => {
    upstream.reply(json(body));
    await expect(plain().embed?.(request, context)).rejects.toMatchObject({ code: 'bad-response' });
  });

  it('are not offered where the service has none', () => {
    const provider = keep(createKimi({ key: 'k' }));
    expect('embed' in provider).toBe(false);
    expect(provider.capabilities.embeddings).toBe(false);
  });
});
