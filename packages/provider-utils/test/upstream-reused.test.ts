import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { UpstreamCall, UpstreamOptions } from '../src/index.js';
import { failure, get, readFrom, setUpServer, stream } from './support/call.js';
import { type RawServer, startRawServer } from './support/raw-server.js';

const bench = setUpServer();
let server: RawServer | undefined;
afterEach(() => server?.close());

const answer = (socket: Socket): void => {
  socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
};
const die = (socket: Socket): void => {
  socket.destroy();
};

interface WarmOptions extends Partial<UpstreamOptions> {
  readonly onNew?: (socket: Socket) => void;
  /** What has been asked: streams have connections of their own. */
  readonly first?: UpstreamCall;
}

/** A pool whose one connection has answered once; then each further request on it meets `onReuse`. */
const warmPool = async (
  onReuse: (socket: Socket) => void,
  { onNew = die, first = get(), ...options }: WarmOptions = {},
) => {
  const sockets: Socket[] = [];
  const started = await startRawServer((socket) => {
    sockets.push(socket);
    if (sockets.length > 1) return onNew(socket);
    socket.on('data', () => onReuse(socket));
    answer(socket);
  });
  server = started;
  const pool = bench.pool({ baseUrl: started.url, ...options });
  expect(await readFrom(pool, first)).toBe('ok');
  await sleep(10); // a connection can be had again one turn of the event loop after its answer
  return { pool, connections: () => started.connections(), kept: sockets[0] as Socket };
};

describe('a kept-alive connection that dies before the headers', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['closed', die],
    ['ended', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
  ])('%s: the call is worth repeating at once, and nobody did so yet', async (_, onReuse) => {
    const { pool, connections } = await warmPool(onReuse);
    const error = await failure(pool.request(get({ method: 'POST', body: { a: 1 }, model: 'm' })));
    expect(error).toMatchObject({
      code: 'unreachable',
      retryable: true,
      retryAfterMs: 0,
      provider: 'example',
      model: 'm',
    });
    expect(error.message).toMatch(/^example closed a kept-alive connection before it answered \(\w+\)$/);
    expect(connections()).toBe(1);
  });

  it('the next call goes over a new one', async () => {
    const { pool, connections } = await warmPool(die, { onNew: answer, first: stream() });
    await failure(pool.request(stream()));
    expect(await readFrom(pool, stream())).toBe('ok');
    expect(connections()).toBe(2);
  });

  it('is told from a new one that dies at the same time', async () => {
    const { pool, connections } = await warmPool(die);
    const errors = await Promise.all([failure(pool.request(get())), failure(pool.request(get()))]);
    expect(errors.map(({ retryAfterMs }) => retryAfterMs)).toEqual([0, undefined]);
    expect(connections()).toBe(2);
  });
});

it("streams have connections of their own, so that thousands of them are in no other call's way", async () => {
  const { pool, connections } = await warmPool(answer, { onNew: answer });
  expect(await readFrom(pool, stream())).toBe('ok');
  expect(connections()).toBe(2);
  expect(await readFrom(pool, get())).toBe('ok');
  expect(connections()).toBe(2);
});

describe('nothing of the kind is said of', () => {
  it('a new connection that dies', async () => {
    server = await startRawServer(die);
    const error = await failure(bench.pool({ baseUrl: server.url }).request(get()));
    expect(error).toMatchObject({ code: 'unreachable', retryable: true, retryAfterMs: undefined });
    expect(error.message).toMatch(/^example closed the connection before it answered/);
  });

  it('a new one in place of a kept one that was found closed before the request was written', async () => {
    const { pool, connections, kept } = await warmPool(answer);
    kept.destroy(); // the client hears of it only after it has taken the call
    const error = await failure(pool.request(get()));
    expect(error).toMatchObject({ code: 'unreachable', retryAfterMs: undefined });
    expect(connections()).toBe(2);
  });

  it('a server that is gone', async () => {
    const { pool } = await warmPool(answer);
    await server?.close();
    const error = await failure(pool.request(get()));
    expect(error).toMatchObject({ code: 'unreachable', retryAfterMs: undefined });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('a kept-alive connection that stays silent', async () => {
    const { pool } = await warmPool(() => undefined, {
      first: stream(),
      timeouts: { firstContentMs: 30 },
    });
    const error = await failure(pool.request(stream()));
    expect(error).toMatchObject({ code: 'timeout', phase: 'first-content', retryAfterMs: undefined });
  });

  it('one that dies after the headers', async () => {
    const cut = (socket: Socket): unknown => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf');
    const { pool } = await warmPool(cut, { first: stream() });
    const error = await failure(readFrom(pool, stream()));
    expect(error).toMatchObject({ code: 'bad-response', retryAfterMs: undefined });
  });

  it('one that answers something else than HTTP', async () => {
    const { pool } = await warmPool((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    expect(await failure(pool.request(get()))).toMatchObject({
      code: 'bad-response',
      retryAfterMs: undefined,
    });
  });

  it('one whose caller left, or whose pool was closed', async () => {
    const controller = new AbortController();
    const { pool } = await warmPool(() => controller.abort());
    const error = await failure(pool.request(get({ signal: controller.signal })));
    expect(error).toMatchObject({ code: 'aborted', retryAfterMs: undefined });

    const closing = await warmPool(() => void closing.pool.close());
    expect(await failure(closing.pool.request(get()))).toMatchObject({
      code: 'unreachable',
      retryable: false,
      retryAfterMs: undefined,
    });
  });
});
