import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { createUpstream, type Upstream } from '../src/index.js';
import { failure, get } from './support/call.js';

const kibibyte = 1024;
const mebibyte = kibibyte * kibibyte;
const size = 20 * mebibyte;

let server: Server;
let upstream: Upstream;
afterEach(async () => {
  await upstream.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const start = async (listener: RequestListener): Promise<void> => {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  upstream = createUpstream({ provider: 'example', baseUrl: `http://127.0.0.1:${port}` });
};

const post = (body: unknown, signal = new AbortController().signal) =>
  upstream.request(get({ method: 'POST', body, signal }));

/** Not what is alive in the code that is measured: made anew for each call. */
const largeBody = () => ({ image: Buffer.alloc(size, 'é1').toString('base64') });

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setFlagsFromString('--no-expose-gc');

/** What this thread keeps, in bytes; twice, because buffers are given back after the objects that held them. */
const kept = async (): Promise<number> => {
  collect();
  await sleep(10);
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

it.each<[string, object]>([
  ['one text of 40 KiB', { text: '—'.repeat(40 * kibibyte) }],
  ['a chat of 200 KiB', { messages: Array.from({ length: 50 }, () => ({ content: 'é"'.repeat(kibibyte) })) }],
  ['a chat of 2 MiB', { messages: Array.from({ length: 500 }, () => ({ content: 'é"'.repeat(kibibyte) })) }],
  ['many short texts', { messages: Array.from({ length: 9_000 }, () => ({ content: 'short' })) }],
  ['an image of 20 MiB', { text: 'é'.repeat(mebibyte), image: 'A'.repeat(size) }],
])('%s: a large body arrives whole, with its length', async (_name, body) => {
  const seen = Promise.withResolvers<{ readonly length: string | undefined; readonly hash: string }>();
  await start((request, response) => {
    const hash = createHash('sha256');
    request.on('data', (piece: Buffer) => hash.update(piece));
    request.on('end', () => {
      seen.resolve({ length: request.headers['content-length'], hash: hash.digest('hex') });
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  const bytes = Buffer.from(JSON.stringify(body));
  await (await post(body)).json();
  expect(await seen.promise).toEqual({
    length: String(bytes.length),
    hash: createHash('sha256').update(bytes).digest('hex'),
  });
});

it('a call that waits for its answer keeps nothing of a large body that is sent', async () => {
  const arrived = Promise.withResolvers<() => void>();
  await start((request, response) => {
    request.resume().on('end', () => arrived.resolve(() => response.end('{}')));
  });
  const before = await kept();
  const call = post(largeBody());
  const answer = await arrived.promise;
  const waiting = await kept();
  expect(waiting - before).toBeLessThan(size / 4);
  answer();
  expect((await call).status).toBe(200);
});

it('a server that refuses a large body before it has read it is heard', async () => {
  await start((request, response) => {
    response.writeHead(413, { 'content-type': 'application/json' }).end('{"error":"too large"}');
    request.resume();
  });
  const response = await post(largeBody());
  expect(response.status).toBe(413);
  expect(await response.text()).toContain('too large');
  expect(
    (await (await post({ small: true })).text()).length,
    'the next call has a connection',
  ).toBeGreaterThan(0);
});

it('an abort ends a call whose server takes nothing more of a large body', async () => {
  const begun = Promise.withResolvers<IncomingMessage>();
  const closed = Promise.withResolvers<void>();
  await start((request) => {
    request.once('error', () => closed.resolve()); // it was cut before its end
    begun.resolve(request);
  });
  const controller = new AbortController();
  const call = failure(post(largeBody(), controller.signal));
  const request = await begun.promise;
  await sleep(50);
  controller.abort();
  expect((await call).code).toBe('aborted');
  request.resume();
  await closed.promise;
});

it('a value that JSON cannot hold is the caller’s fault', async () => {
  await start((_request, response) => response.end());
  expect((await failure(post({ number: 1n }))).code).toBe('invalid-request');
});
