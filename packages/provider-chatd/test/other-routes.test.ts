import { createCallContext, type EmbedRequest, type Provider } from '@lakehouse/chat-core';
import { json, type Script, type ScriptedUpstream, startUpstream, text } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createChatd } from '../src/index.js';
import { refusal } from './support/wire.js';

let upstream: ScriptedUpstream;
let provider: Provider;
beforeAll(async () => {
  upstream = await startUpstream();
  provider = createChatd({ url: `${upstream.url}/base` }, 'platform');
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await provider.close?.();
  await upstream.close();
});

const context = { ...createCallContext({ requestId: 'r-1' }), via: ['first'] };
const headers = { 'x-request-id': 'r-1', 'x-chatd-via': 'first' };

describe('vectors', () => {
  const request: EmbedRequest = { model: 'lab/e', input: ['a', 'b'], dimensions: 2 };
  const embed = async (script: Script, asked = request): Promise<unknown> => {
    upstream.reply(script);
    return provider.embed?.(asked, context).catch((error: unknown) => error);
  };
  const vectors = (...data: readonly object[]) => ({ object: 'list', data, model: 'e' });

  it('are asked for by OpenAI’s route, and come in the order of the texts', async () => {
    const script = json({
      ...vectors({ index: 1, embedding: [3, 4] }, { index: 0, embedding: [1, 2] }),
      usage: { prompt_tokens: 7, total_tokens: 7 },
      warnings: [{ code: 'parameter-dropped', parameter: 'dimensions', message: 'dimensions was left out' }],
    });
    expect(await embed(script)).toEqual({
      model: 'lab/e',
      embeddings: [
        [1, 2],
        [3, 4],
      ],
      usage: { input: 7 },
      warnings: [{ code: 'parameter-dropped', parameter: 'dimensions', message: 'dimensions was left out' }],
    });
    expect(upstream.requests[0]).toMatchObject({
      path: '/base/v1/embeddings',
      json: { model: 'lab/e', input: ['a', 'b'], dimensions: 2 },
      headers,
    });
  });

  it('of token numbers are asked for with them', async () => {
    const asked = { model: 'e', input: [], tokens: [[1, 2]] };
    expect(await embed(json(vectors({ embedding: [1] })), asked)).toEqual({ model: 'e', embeddings: [[1]] });
    expect(upstream.requests[0]?.json).toEqual({ model: 'e', input: [[1, 2]] });
  });

  it('take the own provider options', async () => {
    const providerOptions = {
      platform: { provider_options: { ollama: { truncate: false } } },
      other: { a: 1 },
    };
    await embed(json(vectors({ embedding: [1] })), { model: 'e', input: ['a'], providerOptions });
    expect(upstream.requests[0]?.json).toEqual({
      model: 'e',
      input: ['a'],
      provider_options: { ollama: { truncate: false } },
    });
  });

  it('of nothing are not asked for', async () => {
    expect(await embed(text('', { status: 500 }), { model: 'e', input: [] })).toEqual({
      model: 'e',
      embeddings: [],
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it('have no usage where the count is 0, which stands for an unknown one', async () => {
    const script = json({ ...vectors({ embedding: [1] }, { embedding: [2] }), usage: { prompt_tokens: 0 } });
    expect(await embed(script)).not.toHaveProperty('usage');
  });

  it.each([
    ['too few', vectors({ embedding: [1] })],
    ['two for one text', vectors({ index: 0, embedding: [1] }, { index: 0, embedding: [2] })],
    ['one for a text that nobody sent', vectors({ index: 0, embedding: [1] }, { index: 9, embedding: [2] })],
    ['too many', vectors({ embedding: [1] }, { embedding: [1] }, { embedding: [1] })],
    ['what is no vector', vectors({ embedding: ['1'] }, { embedding: [2] })],
    ['an empty vector', vectors({ embedding: [] }, { embedding: [2] })],
    ['nothing', {}],
  ])('%s are a bad response', async (_name, body) => {
    expect(await embed(json(body))).toMatchObject({ code: 'bad-response', provider: 'platform' });
  });

  it.each([
    [404, 'provider_unavailable', 'provider-unavailable'],
    [502, 'connection', 'unreachable'],
    [502, 'upstream_auth', 'unauthenticated'],
    [502, 'bad_upstream_response', 'bad-response'],
    [502, 'upstream_error', 'upstream-failure'],
    [503, 'overloaded', 'overloaded'],
    [504, 'timeout', 'timeout'],
    [404, 'model_not_found', 'model-not-found'],
    [400, 'invalid_value', 'invalid-request'],
    [400, 'unsupported_value', 'unsupported'],
    [429, 'rate_limit_exceeded', 'rate-limited'],
    [429, 'insufficient_quota', 'quota-exceeded'],
    [500, 'internal_error', 'upstream-failure'],
  ])('that fail with %i %s are %s', async (status, code, known) => {
    const error = { message: 'No', type: 'server_error', param: null, code };
    expect(await embed(json({ error }, { status }))).toMatchObject({ code: known, upstreamStatus: status });
  });

  it('in a loop are refused with its status', async () => {
    const error = {
      message: 'Loop',
      type: 'invalid_request_error',
      param: 'x-chatd-via',
      code: 'unsupported_value',
    };
    expect(await embed(json({ error }, { status: 508 }))).toMatchObject({
      code: 'unsupported',
      status: 508,
      retryable: false,
    });
  });
});

describe('the models', () => {
  it('are asked for with the services that the call has passed through', async () => {
    upstream.reply(json({ models: [], tiers: [] }));
    expect(await provider.models?.(context)).toEqual([]);
    expect(upstream.requests[0]).toMatchObject({ path: '/base/v1/chat/models', headers });
  });

  it('are unknown, not none, where no provider there can list them', async () => {
    const unavailable = [{ provider: 'ollama', detail: 'ollama refused the connection' }];
    upstream.reply(json({ models: [], tiers: [], unavailable }));
    await expect(provider.models?.(context)).rejects.toMatchObject({
      code: 'upstream-failure',
      message: 'platform has no provider that lists its models; ollama: ollama refused the connection',
    });
    upstream.reply(json({ models: [], tiers: [{ id: 'fast' }], unavailable }));
    expect(await provider.models?.(context)).toEqual([{ id: 'fast' }]);
  });

  it('are refused without the key that a proxy in front repeats', async () => {
    const keyed = createChatd({ url: upstream.url, key: 'canary-5e1d' }, 'platform');
    const unavailable = [{ provider: 'ollama', detail: 'the key canary-5e1d is wrong' }];
    upstream.reply(json({ models: [], tiers: [], unavailable }));
    await expect(keyed.models?.(context)).rejects.toMatchObject({
      message: expect.stringContaining('the key [redacted] is wrong') as string,
    });
    await keyed.close?.();
  });

  it('of what is no chatd are a bad response', async () => {
    upstream.reply(json({ object: 'list', data: [] }));
    await expect(provider.models?.(context)).rejects.toMatchObject({ code: 'bad-response' });
  });
});

describe('whether it can be called', () => {
  const ask = async (script: Script): Promise<unknown> => {
    upstream.reply(script);
    return provider.availability?.(context);
  };

  it('is what /readyz says', async () => {
    expect(await ask(json({ status: 'ready' }))).toEqual({ available: true });
    expect(upstream.requests[0]?.path).toBe('/base/readyz');
  });

  it.each([
    ['one that stops', json({ status: 'draining' }, { status: 503 }), 'platform: draining'],
    [
      'a gateway without its chatd',
      refusal(503, { code: 'unreachable', message: 'chatd does not answer /readyz', retryable: true }),
      'platform: chatd does not answer /readyz',
    ],
    ['another server', text('ok'), 'platform: what answers there is no chatd'],
    ['another JSON server', json({ ok: true }), 'platform: what answers there is no chatd'],
  ])('%s cannot', async (_name, script, detail) => {
    expect(await ask(script)).toEqual({
      available: false,
      detail: expect.stringMatching(new RegExp(`^${detail}.* \\(${upstream.url}/base\\)$`)),
    });
  });

  it('is known soon when nothing is said', { timeout: 10_000 }, async () => {
    expect(await ask({ beforeHeaders: true, steps: [{ silence: true }] })).toMatchObject({
      available: false,
      detail: expect.stringContaining('did not answer within 3 seconds'),
    });
  });
});
