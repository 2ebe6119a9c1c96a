import { json, type Reply, type ScriptedUpstream, startUpstream, text } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, type RunningService, readEvents, startService } from './support/service.js';

/** Every row of the error table of docs/http-api.md that an upstream causes, through the real server and providers. */
let service: RunningService;
let upstream: ScriptedUpstream;

beforeAll(async () => {
  upstream = await startUpstream();
  service = await startService(
    `[chatd]
timeout = "1500ms"
[chatd.retry]
attempts = 1 # each fault is seen as it comes
[chatd.breaker]
failures = 0
[chatd.providers.ollama]
use = "@lakehouse/provider-ollama"
url = "${upstream.url}"
timeouts = { first_content = "300ms", idle = "300ms" }
[chatd.providers.ollama_cloud]
use = "@lakehouse/provider-ollama-cloud"
url = "${upstream.url}"
timeouts = { first_content = "300ms", idle = "300ms" }
[chatd.providers.lab]
use = "@lakehouse/provider-openai-compat"
url = "${upstream.url}/v1"
timeouts = { first_content = "300ms", idle = "300ms" }
[chatd.providers.away]
use = "@lakehouse/provider-openai-compat"
url = "http://127.0.0.1:1/v1"
[chatd.providers.kimi]
use = "@lakehouse/provider-openai-compat"
preset = "kimi"
`,
    { OLLAMA_API_KEY: 'canary-key-0123456789' },
  );
});
afterAll(async () => {
  await service.close();
  await upstream.close();
});

const providers = ['ollama', 'ollama_cloud', 'lab'] as const;
const forms = [false, true] as const;
const cases = providers.flatMap((provider) => forms.map((stream) => ({ provider, stream })));

const ask = (model: string, stream: boolean, more: object = {}) =>
  post(service, { model, stream, messages: [{ role: 'user', content: 'hello' }], ...more });

interface Row {
  readonly situation: string;
  readonly reply: Reply;
  readonly status: number;
  readonly code: string;
  readonly retryAfter?: string;
}

const rows: readonly Row[] = [
  {
    situation: 'does not know the model',
    reply: json({ error: "model 'm' not found" }, { status: 404 }),
    status: 502,
    code: 'model-not-found',
  },
  {
    situation: 'rejects its key',
    reply: json({ error: 'unauthorized' }, { status: 401 }),
    status: 502,
    code: 'unauthenticated',
  },
  {
    situation: 'forbids the model',
    reply: json({ error: 'not in your region' }, { status: 403 }),
    status: 403,
    code: 'permission-denied',
  },
  {
    situation: 'finds the prompt too long',
    reply: json({ error: 'prompt too long; exceeded max context length by 5 tokens' }, { status: 400 }),
    status: 400,
    code: 'context-too-long',
  },
  {
    situation: 'filters the prompt',
    reply: json({ error: { message: 'refused', code: 'content_filter' } }, { status: 400 }),
    status: 400,
    code: 'content-filtered',
  },
  {
    situation: 'limits the rate',
    reply: json({ error: 'too many requests' }, { status: 429, headers: { 'retry-after': '7' } }),
    status: 429,
    code: 'rate-limited',
    retryAfter: '7',
  },
  {
    situation: 'has no credit left for us',
    reply: json({ error: 'you have reached your weekly usage limit' }, { status: 429 }),
    status: 429,
    code: 'quota-exceeded',
  },
  {
    situation: 'is overloaded (503)',
    reply: json({ error: 'server busy' }, { status: 503, headers: { 'retry-after': '2' } }),
    status: 503,
    code: 'overloaded',
    retryAfter: '2',
  },
  { situation: 'is overloaded (529)', reply: text('', { status: 529 }), status: 503, code: 'overloaded' },
  {
    situation: 'fails (500)',
    reply: text('<html><title>Oops</title></html>', { status: 500 }),
    status: 502,
    code: 'upstream-failure',
  },
  {
    situation: 'has a bad proxy (502)',
    reply: text('bad gateway', { status: 502 }),
    status: 502,
    code: 'upstream-failure',
  },
  {
    situation: 'resets the connection',
    reply: { beforeHeaders: true, steps: [{ cut: true }] },
    status: 502,
    code: 'unreachable',
  },
  { situation: 'answers nothing (200)', reply: json(undefined), status: 502, code: 'bad-response' },
  {
    situation: 'answers a page (200)',
    reply: text('<html>hello</html>', { headers: { 'content-type': 'text/html' } }),
    status: 502,
    code: 'bad-response',
  },
  {
    situation: 'cuts its answer',
    reply: { headers: { 'content-type': 'application/json' }, steps: [{ send: '{"mod' }, { cut: true }] },
    status: 502,
    code: 'bad-response',
  },
];

describe.each(rows)('an upstream that $situation', ({ reply, status, code, retryAfter }) => {
  it.each(cases)(`$provider, streamed: $stream → ${status} ${code}`, async ({ provider, stream }) => {
    upstream.reply(reply);
    const answer = await ask(`${provider}/m`, stream);
    expect(answer.status).toBe(status);
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(answer.json()).toMatchObject({
      error: {
        code,
        provider,
        message: expect.stringMatching(/\S/),
        request_id: answer.headers['x-request-id'],
        attempts: [{ provider, model: 'm', outcome: 'error', code }],
      },
    });
    expect(answer.text).not.toContain('<html');
    expect(answer.text + JSON.stringify(answer.headers) + service.rawLogs()).not.toContain('canary-key');
  });
});

describe('time limits name their phase', () => {
  it.each(cases)('no end within the total: $provider, streamed: $stream', async ({ provider, stream }) => {
    upstream.reply({ beforeHeaders: true, steps: [{ silence: true }] });
    const answer = await ask(`${provider}/m`, stream);
    expect(answer.status).toBe(504);
    expect(answer.json()).toMatchObject({
      error: { code: 'timeout', phase: stream ? 'first-content' : 'total' },
    });
    await upstream.requests.at(-1)?.closed; // and the upstream was left, not only the caller answered
  });

  it('silence in the middle of a stream is an error in the stream', async () => {
    const line = { model: 'm', message: { role: 'assistant', content: 'he' }, done: false };
    upstream.reply({
      headers: { 'content-type': 'application/x-ndjson' },
      steps: [{ send: `${JSON.stringify(line)}\n` }, { silence: true }],
    });
    const events = readEvents((await ask('ollama/m', true)).text);
    expect(events.map(({ type }) => type)).toEqual(['response_start', 'text_delta', 'error']);
    expect(events.at(-1)).toMatchObject({ error: { code: 'timeout', phase: 'idle' } });
  });
});

describe('what is refused before any call', () => {
  const refused = async (model: string, more: object = {}) => {
    upstream.clear();
    const answer = await ask(model, false, more);
    expect(upstream.requests).toEqual([]);
    return answer;
  };

  it.each([
    [
      'a provider that is not registered',
      'openrouter/a/b',
      /openrouter is not configured: add \[chatd\.providers\.openrouter\].*OPENROUTER_API_KEY.*\/etc\/lakehouse\/openrouter\.env/,
    ],
    ['a provider without its key', 'kimi/m', /KIMI_API_KEY/],
  ])('%s is 404', async (_name, model, message) => {
    const answer = await refused(model);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({
      error: { code: 'provider-unavailable', message: expect.stringMatching(message) },
    });
  });

  it('an image by address, which the provider cannot fetch, is 400 unsupported', async () => {
    const answer = await refused('ollama/m', {
      messages: [{ role: 'user', content: [{ type: 'image', url: 'https://example.com/a.png' }] }],
    });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'unsupported' } });
  });

  it.each([
    ['model', { model: undefined }],
    ['messages', { messages: undefined }],
    ['messages', { messages: [] }],
    ['messages[0].role', { messages: [{ role: 'robot', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 7 }] }],
    ['temperature', { temperature: 'hot' }],
    ['max_tokens', { max_tokens: 0 }],
    ['stream', { stream: 'yes' }],
  ])('a wrong %s is 400, and path names it', async (path, more) => {
    const answer = await refused('m', more);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'invalid-request', path } });
  });
});

describe('an upstream that is not there', () => {
  it.each(forms)('is 502 unreachable (streamed: %s)', async (stream) => {
    const answer = await ask('away/m', stream);
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject({
      error: { code: 'unreachable', provider: 'away', retryable: true },
    });
  });
});
