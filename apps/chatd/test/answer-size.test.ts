import { json, sse, startUpstream } from '@lakehouse/provider-testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, chatLines, serve, stream } from './support/calls.js';
import { type LabModel, says, startLab } from './support/lab.js';
import { post, readEvents } from './support/service.js';

const kibibyte = 1024;

/** A streamed answer in pieces of 100 characters. */
const inPieces =
  (pieces: number): LabModel =>
  ({ model }) =>
    sse([
      ...Array.from({ length: pieces }, () => ({
        model,
        choices: [{ index: 0, delta: { content: 'x'.repeat(100) }, finish_reason: null }],
      })),
      { model, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      'data: [DONE]\n\n',
    ]);

const start = async (limits: string, models: Record<string, LabModel>) => {
  const lab = await startLab(models);
  const service = await serve(`[chatd.limits]\n${limits}\n${lab.provider('lab')}`);
  return { lab, service };
};

describe('max_answer', () => {
  it('refuses a whole answer that is larger, and asks for it once only', async () => {
    const { lab, service } = await start('max_answer = "4KiB"', {
      long: says('x'.repeat(4 * kibibyte)),
      short: says('x'.repeat(3 * kibibyte)),
    });
    const answer = await ask(service, 'lab/long');
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject({
      error: { code: 'bad-response', message: expect.stringContaining('a body of more than 4KiB') },
    });
    expect(lab.calls('long')).toHaveLength(1);
    expect((await ask(service, 'lab/short')).status).toBe(200);
  });

  it.each(['openai-compat', 'ollama', 'ollama-cloud', 'chatd'])('holds for provider-%s', async (plugin) => {
    const upstream = await startUpstream();
    onTestFinished(() => upstream.close());
    upstream.reply(() => json({ text: 'x'.repeat(4 * kibibyte) }));
    const service = await serve(
      `[chatd.limits]\nmax_answer = "4KiB"
[chatd.providers.lab]\nuse = "@lakehouse/provider-${plugin}"\nurl = "${upstream.url}"\nkey_env = "LAB_KEY"`,
      { LAB_KEY: 'key' },
    );
    expect((await ask(service, 'lab/m')).json()).toMatchObject({
      error: { code: 'bad-response', message: expect.stringContaining('more than 4KiB') },
    });
  });

  it.each([
    ['native', '/v1/chat', {}],
    ['OpenAI', '/v1/chat/completions', {}],
    ['Responses', '/v1/responses', { input: 'hello' }],
    ['Anthropic', '/v1/messages', { max_tokens: 9 }],
    ['Ollama', '/api/chat', {}],
  ])('ends a streamed answer that is longer with an error: %s', async (_name, path, more) => {
    const { service } = await start('max_answer = "1KiB"', { long: inPieces(11), short: inPieces(10) });
    const body = (model: string) => ({
      model,
      messages: [{ role: 'user', content: 'hello' }],
      stream: true,
      ...more,
    });
    const cut = await post(service, body('lab/long'), { path });
    expect(cut.status).toBe(200); // the beginning was sent before anybody knew
    expect(cut.text).toContain('longer than 1024 characters');
    expect(chatLines(service).at(-1)).toMatchObject({ outcome: 'bad-response', provider: 'lab' });
    if (path === '/v1/chat')
      expect(readEvents(cut.text).at(-1)).toMatchObject({
        error: { attempts: [{ outcome: 'error', code: 'bad-response', output_characters: 1100 }] },
      });
    const whole = await post(service, body('lab/short'), { path });
    expect(whole.text).not.toContain('longer than');
    expect(whole.text.match(/x{100}/g)?.length).toBeGreaterThanOrEqual(10);
  });

  it('is an HTTP status where the answer is held', async () => {
    const { service } = await start('max_answer = "1KiB"', { long: inPieces(11) });
    const answer = await stream(service, 'lab/long', { headers: { 'x-chatd-delivery': 'buffered' } });
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject({ error: { code: 'bad-response' } });
  });
});

describe('max_line', () => {
  it('refuses one event of a stream that is larger', async () => {
    const { service } = await start('max_line = "2KiB"', {
      long: says('x'.repeat(2 * kibibyte)),
      short: says('x'.repeat(kibibyte)),
    });
    const refused = await stream(service, 'lab/long');
    expect(refused.status).toBe(502);
    expect(refused.json()).toMatchObject({
      error: { code: 'bad-response', message: expect.stringContaining('more than 2KiB') },
    });
    expect(readEvents((await stream(service, 'lab/short')).text).at(-1)).toMatchObject({
      type: 'response_end',
    });
  });
});
