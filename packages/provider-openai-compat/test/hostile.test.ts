import { type ChatError, chat, type Provider } from '@lakehouse/chat-core';
import { json, type ScriptedUpstream, startUpstream, text } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenAICompat } from '../src/index.js';
import { plainQuirks } from '../src/quirks.js';
import { AnswerReader } from '../src/wire-response.js';
import { chunk, completion, request, stream } from './support/wire.js';

let upstream: ScriptedUpstream;
let provider: Provider;
beforeAll(async () => {
  upstream = await startUpstream();
  provider = createOpenAICompat({ url: upstream.url, key: 'key-12345' }, 'lab');
});
afterAll(async () => {
  await provider.close?.();
  await upstream.close();
});

const failure = async (): Promise<ChatError> =>
  chat(provider, request).then(
    () => expect.fail('The call was expected to fail'),
    (thrown: unknown) => thrown as ChatError,
  );

describe('what an error quotes of an upstream is marked as its excerpt, so that no log takes it', () => {
  it.each([
    [200, '<title>Hi</title>', 'lab answered 200 with an HTML page: "Hi"', 'Hi'],
    [500, '<html><title>Hi</title>', 'lab answered 500 with an HTML page: "Hi"', 'Hi'],
    [200, '<p>Hi', 'lab answered 200 with a page of markup instead of an answer', undefined],
    [502, '<p>Hi', 'lab answered 502 with a page of markup instead of an answer', undefined],
  ])('a page (%i %s)', async (status, page, message, excerpt) => {
    upstream.reply(text(page, { status }));
    expect(await failure()).toMatchObject({
      message,
      upstreamStatus: status,
      ...(excerpt !== undefined && { bodyExcerpt: excerpt }),
    });
  });

  it('a message', async () => {
    upstream.reply(json({ error: { message: 'Hi' } }, { status: 500 }));
    expect(await failure()).toMatchObject({ message: 'lab: Hi', bodyExcerpt: 'Hi' });
  });

  it('a finish reason', async () => {
    upstream.reply(completion({ content: 'Hel' }, 'Abort'));
    expect(await failure()).toMatchObject({ code: 'bad-response', bodyExcerpt: 'Abort' });
  });

  it("where an answer leaves its schema: the names may be the model's", async () => {
    upstream.reply(completion({ content: 'Hi' }));
    const strict = chat(provider, { ...request, format: 'json', strict: true });
    await expect(strict).rejects.toMatchObject({ path: 'format', bodyExcerpt: 'The answer is not JSON' });
  });
});

describe('a hostile upstream', () => {
  it('gets no more than 16 warnings, each of them short', async () => {
    const parts = Array.from({ length: 20_000 }, (_, index) => ({ type: `t${index}${'x'.repeat(200)}` }));
    upstream.reply(completion({ content: [...parts, { type: 'text', text: 'Hello' }] }));
    const { content, warnings = [] } = await chat(provider, request);
    expect(content).toBe('Hello');
    expect(warnings).toHaveLength(16);
    for (const { message } of warnings) expect(message.length).toBeLessThan(200);
  });

  it('the same part is reported once', async () => {
    upstream.reply(stream(chunk({ content: [{ type: 'a' }, { type: 'a' }] }), chunk({}, 'stop')));
    expect((await chat(provider, request)).warnings).toHaveLength(1);
  });

  it('annotations from many chunks take time in proportion, and all are kept', () => {
    const reader = new AnswerReader({
      place: { provider: 'p', rules: [], secret: undefined },
      model: 'm',
      quirks: plainQuirks,
      warnings: [],
      status: 200,
      headers: {},
      rawChunks: false,
      format: undefined,
      strict: false,
    });
    const count = 50_000;
    const value = chunk({ annotations: [{ type: 'url_citation' }] });
    const start = performance.now();
    for (let index = 0; index < count; index += 1) reader.push({ type: 'chunk', value });
    expect(performance.now() - start).toBeLessThan(2000);
    reader.push({ type: 'chunk', value: chunk({}, 'stop') });
    const end = reader.end().at(-1);
    expect(end).toMatchObject({ providerDetails: { 'openai-compat': { annotations: { length: count } } } });
  });
});
