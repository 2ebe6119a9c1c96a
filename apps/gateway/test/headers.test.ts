import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { answerOf, ask, sendRaw, startChatd, startTestGateway } from './support.js';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A gateway, and all requests that reached chatd. */
const startWitness = async (answerHeaders: Record<string, string | string[]> = {}) => {
  const seen: Seen[] = [];
  const chatd = await startChatd(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(200, answerHeaders).end('ok');
  });
  return { seen, chatd, gateway: await startTestGateway(chatd) };
};

const fetchHeaders = async (url: string, headers: Record<string, string>) => {
  const call = ask(url, { headers });
  call.end();
  const answer = await answerOf(call);
  answer.resume();
  return answer.headers;
};

test('hop-by-hop headers of the client stay here, also those that Connection names', async () => {
  const { seen, chatd, gateway } = await startWitness();
  await fetchHeaders(`${gateway.origin}/v1/chat`, {
    connection: 'keep-alive, X-Private ,te',
    'keep-alive': 'timeout=9',
    'proxy-authorization': 'Basic eA==',
    'proxy-connection': 'keep-alive',
    te: 'trailers',
    upgrade: 'h2c',
    'x-private': '1',
    authorization: 'Bearer client-key',
    'x-kept': 'yes',
  });
  const headers = seen[0]?.headers ?? {};
  expect(Object.keys(headers).sort()).toEqual([
    'authorization',
    'connection',
    'host',
    'x-kept',
    'x-request-id',
  ]);
  expect(headers).toMatchObject({ connection: 'keep-alive', host: chatd.host, 'x-kept': 'yes' });
});

test('hop-by-hop headers of chatd stay here; the others arrive, and twice if they came twice', async () => {
  const { gateway } = await startWitness({
    connection: 'keep-alive, X-Private',
    'keep-alive': 'timeout=33',
    'proxy-authenticate': 'Basic',
    trailer: 'x-sum',
    upgrade: 'h2c',
    'x-private': '1',
    'set-cookie': ['a=1', 'b=2'],
    'retry-after': '7',
  });
  const headers = await fetchHeaders(`${gateway.origin}/v1/chat`, {});
  expect(headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'retry-after': '7' });
  for (const name of ['proxy-authenticate', 'trailer', 'upgrade', 'x-private']) {
    expect(headers).not.toHaveProperty(name);
  }
  expect(headers['keep-alive']).not.toBe('timeout=33');
});

test.each(['abc-DEF_1.2:3', 'x'.repeat(128)])(
  'the request id %j is kept on the way and in the answer',
  async (id) => {
    const { seen, gateway } = await startWitness({ 'x-request-id': 'made-by-chatd' });
    const headers = await fetchHeaders(`${gateway.origin}/v1/chat`, { 'x-request-id': id });
    expect(headers['x-request-id']).toBe(id);
    expect(seen[0]?.headers['x-request-id']).toBe(id);
    expect(await gateway.requestLine()).toMatchObject({ request_id: id });
  },
);

test.each(['', 'a b', 'x'.repeat(129), 'a,b', '<script>', '\u00e9'])(
  'in place of the request id %j one is made',
  async (id) => {
    const { seen, gateway } = await startWitness();
    const headers = await fetchHeaders(`${gateway.origin}/v1/chat`, { 'x-request-id': id });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen[0]?.headers['x-request-id']).toBe(headers['x-request-id']);
  },
);

test('a header with a line break inside cannot become two', async () => {
  const { seen, gateway } = await startWitness();
  const split = 'x-request-id: a\rx-evil: 1\r\n';
  const answer = await sendRaw(
    gateway.port,
    `GET /v1/chat HTTP/1.1\r\nhost: localhost\r\n${split}connection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(seen).toEqual([]);
});

test('the ids of the services that a request has passed through reach chatd', async () => {
  const { seen, gateway } = await startWitness();
  await fetchHeaders(`${gateway.origin}/v1/chat`, { 'x-chatd-via': 'first, second' });
  expect(seen[0]?.headers['x-chatd-via']).toBe('first, second');
});

test('an encoded line break in the path or query stays encoded', async () => {
  const { seen, gateway } = await startWitness();
  const path = '/v1/chat/%0d%0ax-evil:%201?q=%0d%0ax-evil:%201';
  await fetchHeaders(gateway.origin + path, {});
  expect(seen[0]?.url).toBe(path);
  expect(seen[0]?.headers).not.toHaveProperty('x-evil');
});

test('two lengths, or a length beside chunks, are refused', async () => {
  const { seen, gateway } = await startWitness();
  const smuggled = '0\r\n\r\nGET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n';
  for (const framing of [
    'content-length: 5\r\ncontent-length: 6',
    'content-length: 5\r\ntransfer-encoding: chunked',
  ]) {
    const head = `POST /v1/chat HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${framing}\r\n\r\n`;
    expect(await sendRaw(gateway.port, head + smuggled)).toMatch(/^HTTP\/1\.1 400 /);
  }
  expect(seen).toEqual([]);
});

const inner = 'GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n';

test.each([
  [
    'GET',
    'connection: close, transfer-encoding\r\ntransfer-encoding: chunked',
    `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
  ],
  ['DELETE', `connection: close, content-length\r\ncontent-length: ${inner.length}`, inner],
  ['GET', `connection: close, content-length\r\ncontent-length: ${inner.length}`, inner],
])('the body of a %s with "%s" is never read as a request', async (method, framing, body) => {
  const { seen, gateway } = await startWitness();
  const head = `${method} /v1/chat HTTP/1.1\r\nhost: localhost\r\n${framing}\r\n\r\n`;
  await sendRaw(gateway.port, head + body);
  expect(seen.map(({ method: sent, url, body: read }) => ({ sent, url, read }))).toEqual([
    { sent: method, url: '/v1/chat', read: inner },
  ]);
});

test('a client that waits for "100 Continue" gets it, and its body arrives', async () => {
  const { seen, gateway } = await startWitness();
  const call = ask(`${gateway.origin}/v1/chat`, {
    method: 'POST',
    headers: { expect: '100-continue', 'content-length': '2' },
  });
  call.flushHeaders();
  await once(call, 'continue');
  call.end('{}');
  expect((await answerOf(call)).statusCode).toBe(200);
  expect(seen[0]).toMatchObject({ body: '{}' });
  expect(seen[0]?.headers).not.toHaveProperty('expect');
});

test.each([
  ['a reason with a control character', 'HTTP/1.1 200 O\u0001K\r\ncontent-length: 2\r\n\r\nok', 200],
  ['a status of 000', 'HTTP/1.1 000 Zero\r\ncontent-length: 2\r\n\r\nok', 502],
  [
    'a header with a control character',
    'HTTP/1.1 200 OK\r\nx-evil: a\u0001b\r\ncontent-length: 2\r\n\r\nok',
    502,
  ],
  ['no HTTP at all', 'SSH-2.0-OpenSSH\r\n', 502],
  [
    'an upgrade nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    502,
  ],
])('%s from chatd does not bring the gateway down', async (_name, bytes, status) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(bytes, 'latin1'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const gateway = await startTestGateway(new URL(`http://127.0.0.1:${port}`));
  expect((await fetch(`${gateway.origin}/v1/chat`)).status).toBe(status);
  expect((await fetch(`${gateway.origin}/healthz`)).status).toBe(200);
});

test('a page that had the name of its own site lead here is refused', async () => {
  const { seen, gateway } = await startWitness();
  const call = ask(`${gateway.origin}/v1/chat`, { headers: { host: 'evil.example' } });
  call.end();
  const answer = await answerOf(call);
  answer.resume();
  expect(answer.statusCode).toBe(403);
  expect(seen).toEqual([]);
});
