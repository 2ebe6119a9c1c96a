import {
  createCallContext,
  type EmbedRequest,
  type EmbedResponse,
  type Provider,
} from '@lakehouse/chat-core';
import { json, type Script, startUpstream } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOllama } from '../src/index.js';

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let provider: Provider;
beforeAll(async () => {
  upstream = await startUpstream();
  provider = createOllama({ url: upstream.url, keepAlive: '1h' });
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await provider.close?.();
  await upstream.close();
});

const embed = async (
  reply: Script,
  request: Partial<EmbedRequest> = {},
): Promise<EmbedResponse | undefined> => {
  upstream.reply(reply);
  return provider.embed?.({ model: 'nomic-embed-text', input: ['a', 'b'], ...request }, createCallContext());
};

describe('embed', () => {
  it('refuses token numbers, of which the server has no word, before any call', async () => {
    await expect(embed(json({}), { input: [], tokens: [[1]] })).rejects.toMatchObject({
      code: 'unsupported',
      message: 'ollama takes texts to embed, and no token numbers',
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it('gives one vector for every text, in their order', async () => {
    const answer = await embed(
      json({
        embeddings: [
          [0.6, 0.8],
          [1, 0],
        ],
        prompt_eval_count: 4,
      }),
      {
        dimensions: 2,
        providerOptions: { ollama: { truncate: false } },
      },
    );
    expect(answer).toEqual({
      model: 'nomic-embed-text',
      embeddings: [
        [0.6, 0.8],
        [1, 0],
      ],
      usage: { input: 4 },
    });
    expect(upstream.requests[0]).toMatchObject({
      path: '/api/embed',
      json: {
        model: 'nomic-embed-text',
        input: ['a', 'b'],
        dimensions: 2,
        truncate: false,
        keep_alive: '1h',
      },
    });
  });

  it('does not know the usage when the server leaves it out', async () => {
    expect(await embed(json({ embeddings: [[1], [1]] }))).not.toHaveProperty('usage');
  });

  it('sends nothing for no text: the server would only load the model', async () => {
    expect(await embed(json({}), { input: [] })).toEqual({ model: 'nomic-embed-text', embeddings: [] });
    expect(upstream.requests).toHaveLength(0);
  });

  it.each([
    ['too few vectors', { embeddings: [[1]] }],
    ['an empty vector', { embeddings: [[1], []] }],
    ['something else', { embeddings: [[1], ['one']] }],
  ])('refuses %s', async (_, answer) => {
    await expect(embed(json(answer))).rejects.toMatchObject({ code: 'bad-response', provider: 'ollama' });
  });

  it('is told that a text is too long when it must not be cut', async () => {
    const reply = json({ error: 'the input length exceeds the context length' }, { status: 400 });
    await expect(embed(reply)).rejects.toMatchObject({ code: 'context-too-long' });
  });
});
