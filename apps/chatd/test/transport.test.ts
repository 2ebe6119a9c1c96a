import { lookup as lookUp } from 'node:dns/promises';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ChatError } from '@lakehouse/chat-core';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGuardedLookup } from '../src/plugin-host/guarded-connections.js';
import { createTransport } from '../src/plugin-host/transport.js';
import { closedAddress, startStubServer } from './support/stub-server.js';

const mebibyte = 1024 * 1024;

const transportFor = (addresses?: readonly string[], most: number = mebibyte) => {
  const own = createTransport({ id: 'lab', addresses, table: '[chatd.plugins]' }, { connectMs: 5000 }, most);
  onTestFinished(() => own.close());
  return own.transport;
};
const failureOf = (promise: Promise<unknown>): Promise<Record<string, unknown>> =>
  promise.then(
    () => ({ message: 'it succeeded' }),
    (error: Record<string, unknown>) => error,
  );
const notAllowed = (address: string) => ({
  code: 'provider-unavailable',
  provider: 'lab',
  message: expect.stringContaining(`lab may not connect to ${address}: `) as string,
});

describe('fetch', () => {
  it('reaches what may be reached, with the classes of the global fetch', async () => {
    const requests: { method?: string | undefined; type?: string | undefined; body: string }[] = [];
    const url = await startStubServer(async (request: IncomingMessage, response) => {
      const body = (await buffer(request)).toString();
      requests.push({ method: request.method, type: request.headers['content-type'], body });
      response.setHeader('x-a', 'b').end(`{"n":${requests.length}}`);
    });
    const { fetch } = transportFor(['127.0.0.0/8']);
    const answer = await fetch(`${url}/p`, { method: 'POST', body: '{}' });
    expect(answer).toBeInstanceOf(Response);
    expect(answer).toMatchObject({ ok: true, status: 200, url: `${url}/p`, redirected: false });
    expect(answer.headers.get('x-a')).toBe('b');
    expect(await answer.json()).toEqual({ n: 1 });
    await (await fetch(new Request(url, { method: 'PUT', body: 'x' }))).text();
    const form = new FormData();
    form.set('field', 'value');
    await (await fetch(url, { method: 'POST', body: form })).text();
    expect(requests[1]).toMatchObject({ method: 'PUT', body: 'x' });
    expect(requests[2]?.type).toMatch(/^multipart\/form-data; boundary=/);
    expect(requests[2]?.body).toContain('value');
  });

  it.each([
    'http://127.0.0.1:65000',
    'http://[::ffff:127.0.0.1]:65000',
    'http://2130706433:65000',
    'https://127.1:65000',
  ])('does not connect to an address that is not listed: %s', async (url) => {
    const error = await failureOf(transportFor(['10.0.0.0/8']).fetch(url));
    expect(error).toMatchObject(notAllowed('127.0.0.1'));
  });

  it('does not connect to a name that leads to one', async () => {
    let connections = 0;
    const url = new URL(
      await startStubServer((_request, response) => {
        connections += 1;
        response.end();
      }),
    );
    url.hostname = 'localhost';
    expect(await failureOf(transportFor(['10.0.0.0/8']).fetch(url))).toMatchObject(notAllowed('127.0.0.1'));
    expect(connections).toBe(0);
    expect((await transportFor(['127.0.0.1']).fetch(url)).status).toBe(200);
  });

  it('does not follow a redirect to one, and follows others', async () => {
    const url = await startStubServer((request, response) => {
      const location = { '/out': 'http://169.254.169.254/latest', '/in': '/end' }[request.url ?? ''];
      if (location === undefined) response.end('here');
      else response.writeHead(302, { location }).end();
    });
    const { fetch } = transportFor();
    expect(await failureOf(fetch(`${url}/out`))).toMatchObject(notAllowed('169.254.169.254'));
    const answer = await fetch(`${url}/in`);
    expect(answer).toMatchObject({ redirected: true, url: `${url}/end` });
    expect(await answer.text()).toBe('here');
  });

  it('has its own dispatcher, whatever the call names', async () => {
    const dispatcher = new Agent();
    onTestFinished(() => dispatcher.destroy());
    const options = { dispatcher } as unknown as RequestInit;
    const error = await failureOf(transportFor([]).fetch('http://127.0.0.1:65000', options));
    expect(error).toMatchObject(notAllowed('127.0.0.1'));
  });

  it('fails as fetch does where nothing listens', async () => {
    const error = await failureOf(transportFor().fetch(await closedAddress()));
    expect(error).toMatchObject({ name: 'TypeError', cause: { code: 'ECONNREFUSED' } });
  });

  it('waits for a connection as long as the limit says', async () => {
    const silent = createServer().listen(0, '127.0.0.1'); // it says nothing of TLS
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const rules = { id: 'lab', table: '[chatd.plugins]' };
    const own = createTransport(rules, { connectMs: 50 }, mebibyte);
    onTestFinished(() => own.close());
    const error = await failureOf(own.transport.fetch(`https://127.0.0.1:${port}`));
    expect(error).toMatchObject({ name: 'TypeError', cause: { code: 'UND_ERR_CONNECT_TIMEOUT' } });
  });

  it('ends a body that is too large, compressed or not, and closes its socket', async () => {
    const sockets: Promise<unknown>[] = [];
    const large = Buffer.alloc(3 * 1024 * 1024, 'x');
    const url = await startStubServer((request, response) => {
      sockets.push(once(response, 'close'));
      if (request.url === '/fits') response.end('y'.repeat(1024 * 1024));
      else if (request.url === '/gzip') response.setHeader('content-encoding', 'gzip').end(gzipSync(large));
      else response.end(large);
    });
    const { fetch } = transportFor(undefined, 1024 * 1024);
    expect(await (await fetch(`${url}/fits`)).text()).toHaveLength(1024 * 1024);
    for (const path of ['/plain', '/gzip']) {
      const answer = await fetch(`${url}${path}`);
      expect(await failureOf(answer.text())).toMatchObject({
        code: 'bad-response',
        retryable: false,
        message: 'lab: the upstream sent a body of more than 1MiB',
      });
    }
    await Promise.all(sockets);
  });

  it('refuses a status that HTTP does not have', async () => {
    const url = await startStubServer((_request, response) => {
      response.socket?.end('HTTP/1.1 999 No\r\ncontent-length: 0\r\n\r\n');
    });
    expect(await failureOf(transportFor().fetch(url))).toMatchObject({
      code: 'bad-response',
      upstreamStatus: 999,
    });
  });

  it('has no body where HTTP has none', async () => {
    const url = await startStubServer((_request, response) => response.writeHead(204).end());
    const answer = await transportFor().fetch(url);
    expect(answer).toMatchObject({ status: 204, body: null });
  });

  it('closes the socket when its caller leaves, before and in the middle of a body', async () => {
    const closed: Promise<unknown>[] = [];
    const url = await startStubServer((request, response) => {
      closed.push(once(response, 'close'));
      if (request.url === '/begun') response.write('a');
    });
    const { fetch } = transportFor();
    const silent = new AbortController();
    const call = failureOf(fetch(url, { signal: silent.signal }));
    await expect.poll(() => closed.length).toBe(1);
    silent.abort();
    expect(await call).toMatchObject({ name: 'AbortError' });
    const begun = new AbortController();
    const answer = await fetch(`${url}/begun`, { signal: begun.signal });
    const rest = failureOf(answer.text());
    await sleep(20);
    begun.abort();
    expect(await rest).toMatchObject({ name: 'AbortError' });
    await Promise.all(closed);
  });

  it('has no sockets left once it is closed', async () => {
    const closed: Promise<unknown>[] = [];
    const url = await startStubServer((request, response) => {
      closed.push(once(request.socket, 'close'));
      response.end('x');
    });
    const own = createTransport({ id: 'lab', table: '[chatd.plugins]' }, {}, mebibyte);
    await (await own.transport.fetch(url)).text();
    await own.close();
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  });
});

describe('lookup', () => {
  const refuse = (refused: readonly string[]) =>
    promisify(
      createGuardedLookup((address) => {
        if (refused.includes(address)) throw new ChatError('provider-unavailable', address);
      }),
    );

  it('leaves out the addresses that may not be reached, in either form of the answer', async () => {
    const found = (await lookUp('localhost', { all: true })).map(({ address }) => address);
    for (const address of found) {
      const others = found.filter((other) => other !== address);
      const all = await refuse(others)('localhost', { all: true });
      expect(all).toEqual([{ address, family: address.includes(':') ? 6 : 4 }]);
      expect(await refuse(others)('localhost', {})).toBe(address);
    }
    expect(found).not.toEqual([]);
  });

  it('fails with the refusal when none is left, and as before for a name that nobody knows', async () => {
    const found = (await lookUp('localhost', { all: true })).map(({ address }) => address);
    const refused = await failureOf(refuse(found)('localhost', { all: true }));
    expect(refused).toMatchObject({ code: 'provider-unavailable', message: found[0] });
    const unknown = await failureOf(refuse([])('name.invalid', { all: true }));
    expect(unknown.code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });
});
