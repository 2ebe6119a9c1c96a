import { setTimeout } from 'node:timers/promises';
import { type ChatEvent, chat, createCallContext, type Provider } from '@lakehouse/chat-core';
import { json, type ScriptedUpstream, sse, startUpstream, text } from '@lakehouse/provider-testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createOpenAICompat, createOpenCode, type OpenAICompatSettings } from '../src/index.js';
import { bare, chunk, completion, done, request, stream, usage } from './support/wire.js';

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

const use = (settings: OpenAICompatSettings = {}): Provider => {
  provider = createOpenAICompat({ url: upstream.url, ...settings }, 'plain');
  return provider;
};

const read = async (rawChunks = false): Promise<readonly ChatEvent[]> => {
  const events: ChatEvent[] = [];
  const context = { ...createCallContext({ delivery: 'stream' }), rawChunks };
  for await (const event of provider.stream(request, context)) events.push(event);
  return events;
};

describe('a server that does not hang up after [DONE]', () => {
  const { steps } = stream(chunk({ content: 'Hello' }), chunk({}, 'stop'));

  it('is hung up on, and the answer is good', async () => {
    upstream.reply({ steps: [...steps, { silence: true }] });
    use();
    expect((await read()).at(-1)).toMatchObject({ type: 'response-end', finishReason: 'stop' });
    await (await upstream.received()).closed;
  });

  it('a cost that comes late still counts', async () => {
    upstream.reply({ steps: [...steps, { waitMs: 100 }, { send: 'data: {"choices":[],"cost":"0.5"}\n\n' }] });
    use();
    expect((await read()).at(-1)).toMatchObject({ usage: { costUsd: 0.5 } });
  });

  it('nor after the finish reason is hung up on too, and what comes within a second still counts', async () => {
    const unmarked = sse([chunk({ content: 'Hello' }), chunk({}, 'stop')]).steps;
    const late = { send: `data: ${JSON.stringify(bare({ choices: [], usage }))}\n\n` };
    upstream.reply({ steps: [...unmarked, { waitMs: 100 }, late, { silence: true }] });
    use();
    expect((await read()).at(-1)).toMatchObject({ finishReason: 'stop', usage: { output: 3 } });
    await (await upstream.received()).closed;
  });

  it('[DONE] gives it another second', async () => {
    const { steps: head } = sse([chunk({ content: 'Hello' }, 'stop')]);
    const cost = 'data: {"choices":[],"cost":"0.5"}\n\n';
    upstream.reply({
      steps: [...head, { waitMs: 600 }, { send: done }, { waitMs: 600 }, { send: cost }],
    });
    use();
    expect((await read()).at(-1)).toMatchObject({ usage: { costUsd: 0.5 } });
  });

  it('is hung up on even when it goes on sending after the finish reason', async () => {
    const { steps: head } = sse([chunk({ content: 'Hello' }, 'stop')]);
    const drip = Array.from({ length: 20 }, () => [{ waitMs: 200 }, ...sse([bare({ choices: [] })]).steps]);
    upstream.reply({ steps: [...head, ...drip.flat()] });
    use();
    const start = performance.now();
    expect((await read()).at(-1)).toMatchObject({ finishReason: 'stop' });
    expect(performance.now() - start).toBeLessThan(2500);
  });

  it('a caller who reads slowly loses nothing of what has arrived', async () => {
    upstream.reply(
      stream(chunk({ content: 'Hello' }, 'stop'), chunk({ content: '!' }), bare({ choices: [], usage })),
    );
    use();
    const events: ChatEvent[] = [];
    for await (const event of provider.stream(request, createCallContext({ delivery: 'stream' }))) {
      events.push(event);
      if (event.type === 'text-delta') await setTimeout(700);
    }
    expect(events.at(-1)).toMatchObject({ type: 'response-end', usage: { output: 3 } });
  });

  it('an answer without a finish reason is still cut', async () => {
    const unfinished = stream(chunk({ content: 'Hello' })).steps;
    upstream.reply({ steps: [...unfinished, { silence: true }] });
    use();
    await expect(read()).rejects.toMatchObject({ code: 'bad-response' });
  });
});

describe('quirks', () => {
  it('[DONE] suffices for a server that sends no finish reasons', async () => {
    use({ quirks: { doneMarkerSuffices: true } });
    upstream.reply(stream(chunk({ content: 'Hello' })));
    expect((await read()).at(-1)).toEqual({ type: 'response-end', finishReason: 'stop' });
    upstream.reply(completion({ content: 'Hello' }, null));
    expect(await chat(provider, request)).toMatchObject({ finishReason: 'stop' });
  });

  it('[DONE] alone, and an end without it, do not', async () => {
    use({ quirks: { doneMarkerSuffices: true } });
    upstream.reply(sse([done]));
    await expect(read()).rejects.toMatchObject({ code: 'bad-response' });
    upstream.reply(sse([chunk({ content: 'Hello' })]));
    await expect(read()).rejects.toMatchObject({ code: 'bad-response' });
  });

  it('an empty answer that counts output is a failure where that means a full context (LM Studio)', async () => {
    upstream.reply(stream(chunk({ role: 'assistant' }), chunk({}, 'stop', { usage })));
    use({ quirks: { emptyAnswerIsFailure: true } });
    await expect(read()).rejects.toMatchObject({ code: 'upstream-failure', retryable: false });
    await provider.close?.();
    use();
    expect((await read()).at(-1)).toMatchObject({ finishReason: 'stop', usage: { output: 3 } });
  });
});

describe('OpenCode', () => {
  it.each([
    ['claude-x', '/messages'],
    ['gpt-x', '/responses'],
    ['gemini-x', '/models/{id}:generateContent'],
  ])('%s is refused before any call, because it is served under %s', async (model, endpoint) => {
    provider = createOpenCode({ url: upstream.url, key: 'k' });
    const call = chat(provider, { ...request, model });
    await expect(call).rejects.toMatchObject({
      code: 'unsupported',
      reroutable: true,
      message: expect.stringContaining(endpoint) as string,
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it('it is called all the same when the operator allows it', async () => {
    provider = createOpenCode({ url: upstream.url, key: 'k', models: { allow: ['claude-*'] } });
    upstream.reply(completion({ content: 'Hello' }));
    expect(await chat(provider, { ...request, model: 'claude-x' })).toMatchObject({ content: 'Hello' });
  });
});

describe('a denied model', () => {
  it('is refused before any call', async () => {
    use({ models: { deny: ['m'] } });
    await expect(chat(provider, request)).rejects.toMatchObject({ code: 'unsupported', path: 'model' });
    expect(upstream.requests).toHaveLength(0);
  });
});

it('raw chunks are passed on when they are asked for, after response-start', async () => {
  const first = bare({ choices: [], prompt_filter_results: [] });
  const second = chunk({ content: 'Hello' }, 'stop');
  upstream.reply(stream(first, second));
  use();
  const events = await read(true);
  expect(events.map(({ type }) => type)).toEqual([
    'response-start',
    'raw-chunk',
    'raw-chunk',
    'text-delta',
    'response-end',
  ]);
  expect(events[1]).toEqual({ type: 'raw-chunk', chunk: first });
});

it('the path of the address is kept, its query too, with one slash between (Azure)', async () => {
  upstream.reply(completion({ content: 'Hello' }));
  use({ url: `${upstream.url}/openai/deployments/d/?api-version=1` });
  await chat(provider, request);
  expect(upstream.requests[0]?.path).toBe('/openai/deployments/d/chat/completions?api-version=1');
});

it('an HTML page in a 200 names its title, without a key that it repeats', async () => {
  upstream.reply(text('<html><title>no key-12345 here</title></html>'));
  use({ key: 'key-12345' });
  await expect(chat(provider, request)).rejects.toMatchObject({
    code: 'bad-response',
    provider: 'plain',
    upstreamStatus: 200,
    message: 'plain answered 200 with an HTML page: "no [redacted] here"',
    bodyExcerpt: 'no [redacted] here',
  });
});

it('a redirect is not followed: the key stays here', async () => {
  upstream.reply(json({}, { status: 307, headers: { location: 'http://127.0.0.1:9/' } }));
  use({ key: 'k' });
  await expect(chat(provider, request)).rejects.toMatchObject({
    code: 'upstream-failure',
    upstreamStatus: 307,
  });
});

it('a silent server is a timeout that names its phase', async () => {
  upstream.reply({ beforeHeaders: true, steps: [{ silence: true }] });
  use({ timeouts: { firstContentMs: 100 } });
  await expect(read()).rejects.toMatchObject({ code: 'timeout', phase: 'first-content', provider: 'plain' });
});
