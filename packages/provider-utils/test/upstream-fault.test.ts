import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Step } from '@lakehouse/provider-testkit';
import { describe, expect, it } from 'vitest';
import { createUpstream, toHttpError } from '../src/index.js';
import { failure, get, readFrom, setUpServer, stream } from './support/call.js';
import { startRawServer } from './support/raw-server.js';

const bench = setUpServer();
const head = 'HTTP/1.1 200 OK\r\n';

/** What reading a whole answer of a raw server ends in. */
const rawFailure = async (onRequest: (socket: Socket) => void, options = {}) => {
  const server = await startRawServer(onRequest);
  const pool = createUpstream({ provider: 'example', baseUrl: server.url, ...options });
  try {
    return await failure(readFrom(pool, stream()));
  } finally {
    await pool.close();
    await expect.poll(() => server.openSockets(), { message: 'no socket is left open' }).toBe(0);
    await server.close();
  }
};

describe('a connection that fails', () => {
  it('refused', async () => {
    const gone = await startRawServer(() => undefined);
    await gone.close();
    const error = await failure(bench.pool({ baseUrl: gone.url }).request(get({ model: 'm' })));
    expect(error).toMatchObject({ code: 'unreachable', retryable: true, provider: 'example', model: 'm' });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('unknown host', async () => {
    const error = await failure(bench.pool({ baseUrl: 'http://host.invalid' }).request(get()));
    expect(error.code).toBe('unreachable'); // ENOTFOUND, or EAI_AGAIN where there is no name server
  });

  it('reset before the headers', async () => {
    const error = await rawFailure((socket) => socket.resetAndDestroy());
    expect(error).toMatchObject({ code: 'unreachable', retryable: true });
  });

  it('closed before the headers', async () => {
    const error = await rawFailure((socket) => socket.end());
    expect(error).toMatchObject({ code: 'unreachable', retryable: true });
  });

  it('something that is not HTTP', async () => {
    const error = await rawFailure((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    expect(error).toMatchObject({ code: 'bad-response', retryable: true });
  });

  it('headers without end', async () => {
    const error = await rawFailure((socket) => {
      socket.write(`${head}x: ${'y'.repeat(200_000)}`);
    });
    expect(error.code).toBe('bad-response');
  });

  it('a certificate that is not trusted', async () => {
    // Made with openssl for this test alone; it is trusted by nobody until 2126.
    const pem = (name: string) => readFileSync(new URL(`fixtures/self-signed.${name}.pem`, import.meta.url));
    const server = createServer({ key: pem('key'), cert: pem('cert') }, (_, response) => response.end('ok'));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await failure(bench.pool({ baseUrl }).request(get()));
    expect(error).toMatchObject({ code: 'unreachable', retryable: false, reroutable: true });
    expect(error.message).toContain('certificate');
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  it('TLS with a server that has none', async () => {
    const baseUrl = bench.server.url.replace('http:', 'https:');
    const error = await failure(bench.pool({ baseUrl }).request(get()));
    expect(error).toMatchObject({ code: 'unreachable', retryable: false });
    expect(error.message).toContain('really https');
  });
});

const bodies: Readonly<Record<string, (socket: Socket) => void>> = {
  'reset in its middle': (socket) => {
    socket.write(`${head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`, () =>
      setTimeout(() => socket.resetAndDestroy(), 20),
    );
  },
  'closed in its middle': (socket) => {
    socket.end(`${head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`);
  },
  'shorter than its content-length': (socket) => {
    socket.end(`${head}content-length: 10\r\n\r\nabc`);
  },
  'a malformed chunk': (socket) => {
    socket.write(`${head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n`);
  },
  'gzip that is cut': (socket) => {
    socket.end(
      Buffer.concat([
        Buffer.from(`${head}content-encoding: gzip\r\nconnection: close\r\n\r\n`),
        gzipSync('x'.repeat(999)).subarray(0, 20),
      ]),
    );
  },
  'gzip that is none': (socket) => {
    socket.end(`${head}content-encoding: gzip\r\nconnection: close\r\n\r\nplain`);
  },
};

describe('a body that fails is a bad response', () => {
  it.each(Object.entries(bodies))('%s', async (_, onRequest) => {
    const error = await rawFailure(onRequest);
    expect(error).toMatchObject({ code: 'bad-response', retryable: true, provider: 'example' });
  });

  it('comes after the headers and the pieces that the same read brought', async () => {
    const server = await startRawServer((socket) => bodies['a malformed chunk']?.(socket));
    const pool = bench.pool({ baseUrl: server.url });
    const response = await pool.request(stream());
    expect(response.status).toBe(200);
    const pieces = response.body[Symbol.asyncIterator]();
    expect(Buffer.from((await pieces.next()).value as Uint8Array).toString()).toBe('abc');
    expect(await failure(pieces.next())).toMatchObject({ code: 'bad-response' });
    await server.close();
  });

  it('longer than the limit, and the socket closes', async () => {
    bench.server.reply({
      steps: [...Array.from({ length: 20 }, () => ({ send: 'x'.repeat(1000) })), { silence: true }],
    });
    const pool = bench.pool({ limits: { bodyBytes: 10_000 } });
    const error = await failure(pool.request(get()).then((response) => response.text()));
    expect(error.code).toBe('bad-response');
    await expect.poll(() => bench.server.openSockets()).toBe(0);
  });

  it('larger than the limit once it is decompressed', async () => {
    bench.server.reply({
      headers: { 'content-encoding': 'gzip' },
      steps: [{ send: gzipSync('x'.repeat(1_000_000)) }],
    });
    const pool = bench.pool({ limits: { bodyBytes: 10_000 } });
    expect((await failure(pool.request(get()).then((response) => response.text()))).code).toBe(
      'bad-response',
    );
  });
});

describe('the body of an error status keeps the status, even when it', () => {
  const status = 503;
  const error = async (steps: readonly Step[], headers: Record<string, string> = {}) => {
    bench.server.reply({ status, headers, steps });
    const response = await bench.pool({ timeouts: { idleMs: 80 } }).request(get());
    return toHttpError(response, { provider: 'example' });
  };

  it('is cut', async () => {
    const found = await error([{ send: '{"error":"loading mo' }, { cut: true }]);
    expect(found).toMatchObject({ code: 'overloaded', upstreamStatus: status });
    expect(found.message).toContain('loading mo');
  });

  it('is not what its encoding says', async () => {
    expect(await error([{ send: 'plain' }], { 'content-encoding': 'gzip' })).toMatchObject({
      code: 'overloaded',
    });
  });

  it('never ends, and the socket closes', async () => {
    expect(await error([{ send: 'busy' }, { silence: true }])).toMatchObject({ code: 'overloaded' });
    const endless = Array.from({ length: 400 }, () => ({ send: 'x'.repeat(1000) }));
    expect(await error([...endless, { silence: true }])).toMatchObject({ code: 'overloaded' });
    await expect.poll(() => bench.server.openSockets()).toBe(0);
  });

  it('but not when the caller leaves', async () => {
    bench.server.reply({ status, steps: [{ send: 'busy' }, { silence: true }] });
    const controller = new AbortController();
    const response = await bench.pool().request(get({ signal: controller.signal }));
    const call = failure(response.text());
    controller.abort();
    expect((await call).code).toBe('aborted');
  });
});

describe('a body that was compressed', () => {
  it.each([
    ['gzip', gzipSync('ä'.repeat(5000))],
    ['X-Gzip', gzipSync('ä'.repeat(5000))],
    ['deflate', deflateSync('ä'.repeat(5000))],
    ['br', brotliCompressSync('ä'.repeat(5000))],
    ['identity', Buffer.from('ä'.repeat(5000))],
    ['constructor', Buffer.from('ä'.repeat(5000))],
    ['__proto__', Buffer.from('ä'.repeat(5000))],
  ])('with %s is read', async (encoding, bytes) => {
    bench.server.reply({
      headers: { 'content-encoding': encoding },
      steps: [{ send: bytes.subarray(0, 9) }, { send: bytes.subarray(9) }],
    });
    expect(await readFrom(bench.pool(), stream())).toBe('ä'.repeat(5000));
  });
});
