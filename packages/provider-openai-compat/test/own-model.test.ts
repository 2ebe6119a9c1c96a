import { chat, createCallContext, type Provider } from '@lakehouse/chat-core';
import { json, type ScriptedUpstream, startUpstream } from '@lakehouse/provider-testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createOpenAICompat, createOpenCode } from '../src/index.js';
import { basic, request } from './support/wire.js';

let upstream: ScriptedUpstream;
let provider: Provider;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  await provider.close?.();
  upstream.clear();
});
afterAll(() => upstream.close());

const own = (model: string | number, name = 'lab') => ({ providerOptions: { [name]: { model } } });

describe('a model inside providerOptions', () => {
  it('is the one that is asked for, and that the answer names', async () => {
    provider = createOpenAICompat({ url: upstream.url }, 'lab');
    upstream.reply(basic.whole);
    const answer = await chat(provider, { ...request, ...own('other') });
    expect(upstream.requests[0]?.json).toMatchObject({ model: 'other' });
    expect(answer.model).toBe('other');
  });

  it('is the one that an error names', async () => {
    provider = createOpenAICompat({ url: upstream.url }, 'lab');
    upstream.reply(json({ error: { message: 'boom' } }, { status: 500 }));
    await expect(chat(provider, { ...request, ...own('other') })).rejects.toMatchObject({ model: 'other' });
    const strict = { ...request, ...own('other'), topK: 3, strict: true };
    await expect(chat(provider, strict)).rejects.toMatchObject({ code: 'unsupported', model: 'other' });
  });

  it.each(['lab', 'openai-compat'])('is denied like any other (%s)', async (name) => {
    provider = createOpenAICompat({ url: upstream.url, models: { deny: ['secret-*'] } }, 'lab');
    await expect(chat(provider, { ...request, ...own('secret-1', name) })).rejects.toMatchObject({
      code: 'unsupported',
      path: 'model',
      model: 'secret-1',
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it('is held against the endpoints of a preset too', async () => {
    provider = createOpenCode({ url: upstream.url, key: 'k' }, 'lab');
    await expect(chat(provider, { ...request, ...own('claude-x') })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('/messages') as string,
    });
  });

  it.each(['', 7])('is ignored when it is no name (%j)', async (model) => {
    provider = createOpenAICompat({ url: upstream.url }, 'lab');
    upstream.reply(basic.whole);
    expect(await chat(provider, { ...request, ...own(model) })).toMatchObject({ model: 'm' });
    expect(upstream.requests[0]?.json).toMatchObject({ model: 'm' });
  });

  it('counts for embeddings as well', async () => {
    provider = createOpenAICompat({ url: upstream.url, models: { deny: ['secret-*'] } }, 'lab');
    upstream.reply(json({ data: [{ index: 0, embedding: [1] }] }));
    const embed = (model: string) =>
      provider.embed?.({ model: 'm', input: ['a'], ...own(model) }, createCallContext());
    expect(await embed('other')).toMatchObject({ model: 'other' });
    expect(upstream.requests[0]?.json).toMatchObject({ model: 'other' });
    await expect(embed('secret-1')).rejects.toMatchObject({ code: 'unsupported', model: 'secret-1' });
    expect(upstream.requests).toHaveLength(1);
  });
});
