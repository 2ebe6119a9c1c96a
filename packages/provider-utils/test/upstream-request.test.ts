import { Secret } from '@lakehouse/chat-core';
import { json, text } from '@lakehouse/provider-testkit';
import { describe, expect, it } from 'vitest';
import { createUpstream } from '../src/index.js';
import { failure, get, readFrom, setUpServer, stream } from './support/call.js';

const bench = setUpServer();

const sent = async (options: Parameters<typeof bench.pool>[0], call = get()) => {
  bench.server.reply(json({ ok: true }));
  await (await bench.pool(options).request(call)).json();
  const request = bench.server.requests.at(-1);
  if (!request) throw new Error('nothing was sent');
  return request;
};

describe('the address', () => {
  it.each([
    ['', '/chat', '/chat'],
    ['/', 'chat', '/chat'],
    ['/v1', 'chat', '/v1/chat'],
    ['/a/b/', '/chat/x', '/a/b/chat/x'],
    ['/v1?api-version=2', '/chat', '/v1/chat?api-version=2'],
    ['/v1', '/chat?a=1?2', '/v1/chat?a=1?2'],
    ['/v1?x=1', '/chat?a=1', '/v1/chat?x=1&a=1'],
  ])('base %j and path %j make %j', async (base, path, expected) => {
    const request = await sent({ baseUrl: bench.server.url + base }, get({ path }));
    expect(request.path).toBe(expected);
  });

  it.each(['no address', 'ftp://example.com', 'http://user:secret-pass@example.com'])(
    'refuses %j at once',
    async (baseUrl) => {
      const refused = failure(Promise.resolve().then(() => createUpstream({ provider: 'example', baseUrl })));
      const error = await refused;
      expect(error).toMatchObject({ code: 'invalid-request', path: 'baseUrl' });
      expect(error.message).not.toContain('secret-pass');
    },
  );

  it('shows the base without its query', () => {
    expect(bench.pool({ baseUrl: 'http://127.0.0.1:9/v1?key=x' }).baseUrl).toBe('http://127.0.0.1:9/v1');
  });
});

describe('the headers', () => {
  it('sends the key as a bearer, and nothing of the kind without one', async () => {
    expect((await sent({ secret: new Secret('sk-1') })).headers.authorization).toBe('Bearer sk-1');
    expect((await sent({})).headers).not.toHaveProperty('authorization');
  });

  it('lets a call go before the options, and the options before the defaults, in any case', async () => {
    const { headers } = await sent(
      { headers: { Accept: 'text/plain', 'X-Title': 'a' } },
      get({ headers: { 'x-title': 'b' } }),
    );
    expect(headers).toMatchObject({ accept: 'text/plain', 'x-title': 'b' });
  });

  it('asks for what it can read, and for no compression', async () => {
    expect((await sent({})).headers.accept).toBe('application/json');
    const { headers } = await sent({}, stream());
    expect(headers.accept).toContain('text/event-stream');
    expect(headers).not.toHaveProperty('accept-encoding');
    expect(headers).not.toHaveProperty('content-type');
  });

  it("is 'provider-unavailable' for a key that no header can carry, without showing it", async () => {
    const error = await failure(bench.pool({ secret: new Secret('sk-1\nsk-2') }).request(get()));
    expect(error).toMatchObject({ code: 'provider-unavailable', provider: 'example' });
    expect(error.message).not.toContain('sk-');
  });
});

describe('the body', () => {
  it('is sent as JSON', async () => {
    const request = await sent({}, get({ method: 'POST', body: { a: 'ä' } }));
    expect(request).toMatchObject({
      method: 'POST',
      json: { a: 'ä' },
      headers: { 'content-type': 'application/json' },
    });
  });

  it("is 'invalid-request' when JSON cannot hold it", async () => {
    const error = await failure(bench.pool().request(get({ method: 'POST', body: { a: 1n } })));
    expect(error.code).toBe('invalid-request');
    expect(bench.server.requests).toHaveLength(0);
  });
});

describe('the answer', () => {
  it('has its status, its media type in lower case, and its text', async () => {
    bench.server.reply(
      text('ä', { status: 418, headers: { 'content-type': 'Text/Event-Stream; Charset=utf-8' } }),
    );
    const response = await bench.pool().request(get());
    expect(response).toMatchObject({ status: 418, mediaType: 'text/event-stream' });
    expect(await response.text()).toBe('ä');
  });

  it('has an empty media type when the server sent none', async () => {
    bench.server.reply({ steps: [] });
    const response = await bench.pool().request(get());
    expect(response.mediaType).toBe('');
    expect(await response.text()).toBe('');
  });

  it('may begin with blank lines or a byte order mark, which DeepSeek and some Windows servers send', async () => {
    bench.server.reply(text('\n\n \r\n{"a":1}'));
    expect(await (await bench.pool().request(get())).json()).toEqual({ a: 1 });
    bench.server.reply(text('\uFEFF{"a":1}'));
    expect(await (await bench.pool().request(get())).json()).toEqual({ a: 1 });
  });

  it("is 'bad-response' when it is not JSON, and shows nothing of it", async () => {
    bench.server.reply(text('secret prompt'));
    const error = await failure((await bench.pool().request(get())).json());
    expect(error.code).toBe('bad-response');
    expect(`${error.message} ${String(error.cause)}`).not.toContain('secret');
  });

  it('is not one of another host: a redirect comes as it is', async () => {
    bench.server.reply((request) =>
      request.path === '/chat'
        ? text('', { status: 307, headers: { location: '/other' } })
        : text('followed'),
    );
    const response = await bench.pool({ secret: new Secret('sk-1') }).request(get());
    expect(response.status).toBe(307);
    await response.text();
    expect(bench.server.requests).toHaveLength(1);
  });
});

describe('the pool', () => {
  it('uses connections again', async () => {
    bench.server.reply(text('ok'));
    const pool = bench.pool();
    for (let count = 0; count < 10; count += 1) await readFrom(pool, get());
    // Two and not one: the next call may come before undici has freed the socket of the last.
    expect(bench.server.openSockets()).toBeLessThanOrEqual(2);
  });

  it('is not bounded: 300 streams at once all begin', async () => {
    bench.server.reply({ steps: [{ send: 'x' }, { silence: true }] });
    const pool = bench.pool();
    const responses = await Promise.all(Array.from({ length: 300 }, () => pool.request(stream())));
    const starts = await Promise.all(
      responses.map(async ({ body }) => {
        for await (const piece of body) return piece.length;
        return 0;
      }),
    );
    expect(starts).toEqual(Array.from({ length: 300 }, () => 1));
    await expect.poll(() => bench.server.openSockets()).toBe(0);
  });

  it('can be closed twice, and says so to later calls', async () => {
    const pool = bench.pool();
    await Promise.all([pool.close(), pool.close()]);
    const error = await failure(pool.request(get()));
    expect(error).toMatchObject({ code: 'unreachable', retryable: false, reroutable: true });
  });
});
