import { type ChatError, chat, type Provider } from '@lakehouse/chat-core';
import { json, type ScriptedUpstream, sse, startUpstream, text } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenAICompat, createOpenRouter } from '../src/index.js';
import { error } from './support/fault-row.js';
import { openRouterRows } from './support/faults-openrouter.js';
import { plainRows } from './support/faults-plain.js';
import { chunk, request } from './support/wire.js';

let upstream: ScriptedUpstream;
let plain: Provider;
let openrouter: Provider;
beforeAll(async () => {
  upstream = await startUpstream();
  plain = createOpenAICompat({ url: upstream.url }, 'plain');
  openrouter = createOpenRouter({ url: upstream.url, key: 'k' });
});
afterAll(async () => {
  await plain.close?.();
  await openrouter.close?.();
  await upstream.close();
});

const failure = async (provider: Provider): Promise<ChatError> =>
  chat(provider, request).then(
    () => expect.fail('The call was expected to fail'),
    (thrown: unknown) => thrown as ChatError,
  );

describe('faults of look-alikes at a plain server', () => {
  it.each(plainRows)('%s (%i)', async (_, status, body, expected) => {
    upstream.reply(json(body, { status }));
    expect(await failure(plain)).toMatchObject(expected);
  });

  it('DeepSeek sends a JSON error as octet-stream', async () => {
    const headers = { 'content-type': 'application/octet-stream' };
    upstream.reply(text(JSON.stringify(error('maximum context length is 65536')), { status: 400, headers }));
    expect(await failure(plain)).toMatchObject({ code: 'context-too-long' });
  });

  it('LM Studio reports a context overflow in an event of a 200', async () => {
    upstream.reply(
      sse([chunk({}), 'event: error\ndata: {"error":{"message":"tokens to keep exceed it"}}\n\n']),
    );
    expect(await failure(plain)).toMatchObject({ code: 'context-too-long' });
  });
});

describe('faults of OpenRouter', () => {
  it.each(openRouterRows)('%s (%i)', async (_, status, body, expected) => {
    upstream.reply(json(body, { status }));
    expect(await failure(openrouter)).toMatchObject(expected);
  });

  it('402 with Retry-After is a budget in flight, not used-up credit', async () => {
    upstream.reply(json(error('Budget', { code: 402 }), { status: 402, headers: { 'retry-after': '5' } }));
    expect(await failure(openrouter)).toMatchObject({ code: 'rate-limited', retryAfterMs: 5000 });
  });
});
