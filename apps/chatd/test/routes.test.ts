import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedPlugin } from './support/scripted-plugin.js';
import { get, post, type RunningService, readEvents, startService } from './support/service.js';

let service: RunningService;

beforeAll(async () => {
  service = await startService(
    `[models]
fast = "scripted/echo"
safe = ["scripted/fail:unreachable", "scripted/echo"]
[chatd]
timeout = "1500ms"
default_provider = "scripted"
[chatd.retry]
attempts = 2
base_delay = "5ms"
[chatd.providers.scripted]
use = "./scripted.mjs"
[chatd.providers.keyless]
use = "./scripted.mjs"
key_env = "NO_SUCH_KEY"
`,
    {},
    { 'scripted.mjs': scriptedPlugin },
  );
});
afterAll(() => service.close());

const ask = (model: string, more: object = {}) =>
  post(service, { model, messages: [{ role: 'user', content: 'hello' }], ...more });

describe('POST /v1/chat', () => {
  it('answers whole, with provider, model, usage, latency and the trail', async () => {
    const answer = await ask('scripted/echo');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      id: expect.stringMatching(/^chat_req_/),
      model: 'echo',
      provider: 'scripted',
      content: 'hello',
      finish_reason: 'stop',
      input_tokens: 3,
      output_tokens: 2,
      usage: { input: 3, output: 2 },
      latency_ms: expect.any(Number),
      attempts: [{ provider: 'scripted', model: 'echo', outcome: 'ok', ms: expect.any(Number) }],
    });
  });

  it('streams the same answer, and response_end lists the last attempt too', async () => {
    const answer = await ask('scripted/echo', { stream: true });
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const events = readEvents(answer.text);
    expect(events.map(({ type }) => type)).toEqual([
      'response_start',
      'text_delta',
      'text_delta',
      'text_delta',
      'text_delta',
      'text_delta',
      'response_end',
    ]);
    expect(events.map(({ delta = '' }) => delta).join('')).toBe('hello');
    expect(events.at(-1)).toMatchObject({
      provider: 'scripted',
      input_tokens: 3,
      attempts: [{ provider: 'scripted', model: 'echo', outcome: 'ok' }],
    });
  });

  it('a tier goes on to its next model when the first cannot be reached, and says so', async () => {
    const answer = await ask('safe');
    expect(answer.json()).toMatchObject({
      content: 'hello',
      attempts: [
        { model: 'fail:unreachable', outcome: 'error', code: 'unreachable' },
        { model: 'fail:unreachable', outcome: 'error', code: 'unreachable' },
        { model: 'echo', outcome: 'ok' },
      ],
    });
  });

  it('a failure in the middle of a stream is its terminal, and no end follows', async () => {
    const events = readEvents((await ask('scripted/cut', { stream: true })).text);
    expect(events.map(({ type }) => type)).toEqual(['response_start', 'text_delta', 'error']);
    expect(events.at(-1)).toMatchObject({
      error: { code: 'bad-response', attempts: [{ outcome: 'error', code: 'bad-response' }] },
    });
  });

  it('a failure before the first content of a stream is an HTTP status', async () => {
    const answer = await ask('scripted/fail:rate-limited', { stream: true });
    expect(answer.status).toBe(429);
    expect(answer.headers['content-type']).toMatch(/json/);
    expect(answer.headers['retry-after']).toBe('3');
  });

  it('a stream without its end is an error, whatever the provider forgot', async () => {
    expect((await ask('scripted/endless-nothing')).json()).toMatchObject({ error: { code: 'bad-response' } });
    const events = readEvents((await ask('scripted/no-end', { stream: true })).text);
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'bad-response' } });
  });

  it("a provider's defect is a 500 that shows neither its message nor its stack", async () => {
    const answer = await ask('scripted/throw');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/secret detail|at .*scripted/);
    expect(answer.json()).toMatchObject({ error: { code: 'internal', message: 'Internal error' } });
    expect(service.rawLogs()).not.toContain('secret detail');
  });

  it.each([false, true])(
    'a warning that is none is a defect too, and no request stays open (streamed: %s)',
    async (stream) => {
      const answer = await ask('scripted/no-warning', { stream });
      expect(answer.status).toBe(500);
      expect(answer.json()).toMatchObject({ error: { code: 'internal' } });
      await expect.poll(() => service.drain.inFlight).toBe(0);
    },
  );

  it.each([false, true])(
    'a provider that does not obey its signal does not hold its caller (streamed: %s)',
    async (stream) => {
      const started = performance.now();
      const answer = await ask('scripted/stuck', { stream });
      expect(answer.status).toBe(504);
      expect(answer.json()).toMatchObject({
        error: { code: 'timeout', attempts: [{ model: 'stuck', outcome: 'error', code: 'timeout' }] },
      });
      expect(performance.now() - started).toBeLessThan(4000);
      expect(service.logs.at(-1)).toMatchObject({ provider: 'scripted', model: 'stuck', outcome: 'timeout' });
    },
  );

  it('a provider that breaks the rules of events is named, and nothing of it is passed on', async () => {
    const answer = await ask('scripted/number');
    expect(answer.json()).toMatchObject({
      error: { code: 'internal', provider: 'scripted', attempts: [{ outcome: 'error' }] },
    });
    expect(answer.text).not.toContain('424242424242');
  });

  it('options for a provider that is not there are a warning, and a strict request is refused', async () => {
    const options = { provider_options: { scriptd: { a: 1 }, scripted: {} } };
    expect((await ask('scripted/echo', options)).json()).toMatchObject({
      warnings: [{ code: 'parameter-dropped', parameter: 'provider_options.scriptd' }],
    });
    const strict = await ask('scripted/echo', { ...options, strict: true });
    expect(strict.json()).toMatchObject({ error: { code: 'unsupported', path: 'provider_options.scriptd' } });
  });

  it('a provider without its key is 404 with what to set, before any call', async () => {
    const answer = await ask('keyless/echo');
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({
      error: {
        code: 'provider-unavailable',
        message: expect.stringContaining('set NO_SUCH_KEY'),
        provider: 'keyless',
      },
    });
  });
});

describe('a provider that never says which models it has', () => {
  it('costs its own rows only', async () => {
    const world = globalThis as { stuckModels?: boolean };
    world.stuckModels = true;
    const { json } = await get(service, '/v1/chat/models');
    world.stuckModels = false;
    expect(json()).toMatchObject({
      models: [],
      unavailable: expect.arrayContaining([{ provider: 'scripted', detail: 'no answer within 15 s' }]),
    });
  });
});

describe('a reader that stops reading', () => {
  it.each([
    ['a stream', 'flood', true, /aborted|timeout/],
    ['a whole answer', 'large', false, /ok/],
  ])('is let go after the total time: %s', async (_name, model, stream, outcome) => {
    const { port, hostname } = new URL(service.url);
    const body = JSON.stringify({
      model: `scripted/${model}`,
      stream,
      messages: [{ role: 'user', content: 'x' }],
    });
    const socket = connect(Number(port), hostname).pause();
    socket.write(
      `POST /v1/chat HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => service.drain.inFlight).toBe(1);
    await expect.poll(() => service.drain.inFlight, { timeout: 8000 }).toBe(0);
    expect(service.logs.at(-1)).toMatchObject({ outcome: expect.stringMatching(outcome), model });
    socket.destroy();
  });

  it('stops the reading from the provider: what is held has a bound', async () => {
    const { port, hostname } = new URL(service.url);
    const body = JSON.stringify({
      model: 'scripted/flood',
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    });
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/chat HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    socket.pause();
    const pulled = () => (globalThis as { floodCount?: number }).floodCount ?? 0;
    await expect.poll(pulled).toBeGreaterThan(1);
    // What the kernel's own buffers take depends on the machine; then it stands still.
    const counts: number[] = [];
    const standsStill = (): boolean => counts.push(pulled()) > 1 && counts.at(-1) === counts.at(-2);
    await expect.poll(standsStill, { interval: 150, timeout: 5000 }).toBe(true);
    expect(pulled()).toBeLessThan(1000); // of 4000 pieces of 64 KiB
    socket.destroy();
    await expect.poll(() => service.drain.inFlight).toBe(0);
  });
});

describe('what can be asked about', () => {
  it('GET /v1/chat/providers lists exactly the registered ones', async () => {
    const { json } = await get(service, '/v1/chat/providers');
    expect(json()).toEqual({
      default: 'scripted',
      providers: [
        {
          id: 'scripted',
          plugin: './scripted.mjs',
          available: true,
          detail: '1.0',
          capabilities: expect.objectContaining({ tools: true, structured_output: 'none' }),
          in_flight: 0,
        },
        expect.objectContaining({
          id: 'keyless',
          available: false,
          detail: expect.stringContaining('NO_SUCH_KEY'),
        }),
      ],
    });
  });

  it('GET /v1/chat/models lists routable IDs and the tiers; a provider that cannot say costs its own rows only', async () => {
    const { json } = await get(service, '/v1/chat/models');
    expect(json()).toEqual({
      models: [
        { id: 'scripted/echo', provider: 'scripted', context_window: 4096, capabilities: { tools: true } },
      ],
      tiers: [
        { id: 'fast', targets: ['scripted/echo'] },
        { id: 'safe', targets: ['scripted/fail:unreachable', 'scripted/echo'] },
      ],
      unavailable: [{ provider: 'keyless', detail: expect.stringContaining('NO_SUCH_KEY') }],
    });
  });

  it('POST /v1/chat/resolve predicts the chain without a call', async () => {
    const answer = await post(service, { model: 'safe' }, { path: '/v1/chat/resolve' });
    expect(answer.json()).toEqual({
      model: 'safe',
      tier: 'safe',
      timeout_ms: 1500,
      chain: [
        { provider: 'scripted', model: 'fail:unreachable', reason: expect.any(String), key: 'not needed' },
        { provider: 'scripted', model: 'echo', reason: expect.any(String), key: 'not needed' },
      ],
    });
    const keyless = await post(service, { model: 'keyless/m' }, { path: '/v1/chat/resolve' });
    expect(keyless.json()).toMatchObject({ chain: [{ provider: 'keyless', model: 'm', key: 'missing' }] });
  });

  it('health and readiness', async () => {
    expect((await get(service, '/healthz')).json()).toEqual({ status: 'ok' });
    expect((await get(service, '/readyz')).json()).toEqual({ status: 'ready' });
  });

  it.each([
    ['GET', '/v1/chat', 405],
    ['DELETE', '/healthz', 405],
    ['GET', '/nowhere', 404],
    ['GET', '/%E0%A4%A', 404],
  ] as const)('%s %s is %i in the error shape', async (method, route, status) => {
    const answer = await get(service, route, method);
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({
      error: { code: 'invalid-request', request_id: expect.any(String) },
    });
  });

  it.each([
    ['POST', '/healthz', ['GET', 'HEAD']],
    ['POST', '/v1/models', ['GET', 'HEAD']],
    ['GET', '/v1/chat', ['POST']],
    ['GET', '/v1/chat/completions', ['POST']],
  ] as const)('%s %s is told that the path takes %j, and it does', async (method, route, allowed) => {
    const answer = await get(service, route, method);
    expect([answer.status, answer.headers.allow]).toEqual([405, allowed.join(', ')]);
    expect(answer.text).toContain(`${route} takes ${allowed.join(', ')}`);
    for (const taken of allowed) expect((await get(service, route, taken)).status).not.toBe(405);
  });
});

describe('the log', () => {
  it('has one line per chat with who answered, tokens, latency and outcome, and no prompt', async () => {
    await post(
      service,
      { model: 'fast', messages: [{ role: 'user', content: 'a very private prompt' }] },
      {
        headers: { 'x-request-id': 'my-id-1' },
      },
    );
    expect(service.logs.find((line) => line.request_id === 'my-id-1')).toMatchObject({
      msg: 'chat',
      requested: 'fast',
      provider: 'scripted',
      model: 'echo',
      stream: false,
      outcome: 'ok',
      finish_reason: 'stop',
      input_tokens: 3,
      output_tokens: 2,
      latency_ms: expect.any(Number),
      attempts: 1,
    });
    expect(service.rawLogs()).not.toContain('private prompt');
  });
});
