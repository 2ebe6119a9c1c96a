import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { ChatError } from '@lakehouse/chat-core';
import type { Step } from '@lakehouse/provider-testkit';
import { describe, expect, it } from 'vitest';
import { failure, get, readFrom, setUpServer, stream } from './support/call.js';
import { startRawServer } from './support/raw-server.js';

const bench = setUpServer();
const silence: Step = { silence: true };
describe('time limits', () => {
  it('a connection that never stands: connect', async () => {
    const silent = await startRawServer(() => undefined); // it accepts, but says nothing of TLS
    const pool = bench.pool({ baseUrl: silent.url.replace('http:', 'https:'), timeouts: { connectMs: 100 } });
    const error = await failure(pool.request(get()));
    expect(error).toMatchObject({ code: 'timeout', phase: 'connect', retryable: true });
    await expect.poll(() => silent.openSockets()).toBe(0);
    await silent.close();
  });

  it('no headers: first-content', async () => {
    bench.server.reply({ beforeHeaders: true, steps: [silence] });
    const error = await failure(
      bench.pool({ timeouts: { firstContentMs: 100, idleMs: 50 } }).request(stream()),
    );
    expect(error).toMatchObject({ code: 'timeout', phase: 'first-content', retryable: true });
    await expect.poll(() => bench.server.openSockets()).toBe(0);
  });

  it('headers, but no piece of the body: first-content, because the model may still be loading', async () => {
    bench.server.reply({ steps: [silence] });
    const startedAt = performance.now();
    const pool = bench.pool({ timeouts: { firstContentMs: 200, idleMs: 50 } });
    const error = await failure(readFrom(pool, stream()));
    expect(error).toMatchObject({ code: 'timeout', phase: 'first-content' });
    expect(performance.now() - startedAt).toBeGreaterThan(150);
    await expect.poll(() => bench.server.openSockets()).toBe(0);
  });

  it('headers, then silence, without a limit for the first content: idle', async () => {
    bench.server.reply({ steps: [silence] });
    const error = await failure(readFrom(bench.pool({ timeouts: { idleMs: 50 } }), stream()));
    expect(error).toMatchObject({ code: 'timeout', phase: 'idle' });
  });

  it('a piece, then silence: idle, and the socket closes', async () => {
    bench.server.reply({ steps: [{ send: ': heartbeat\n' }, silence] });
    const pool = bench.pool({ timeouts: { firstContentMs: 2000, idleMs: 50 } });
    const error = await failure(readFrom(pool, stream()));
    expect(error).toMatchObject({ code: 'timeout', phase: 'idle', provider: 'example' });
    await expect.poll(() => bench.server.openSockets()).toBe(0);
  });

  it('each piece begins the idle time anew', async () => {
    bench.server.reply({ steps: Array.from({ length: 8 }, () => [{ waitMs: 70 }, { send: 'x' }]).flat() });
    expect(await readFrom(bench.pool({ timeouts: { idleMs: 400 } }), stream())).toBe('xxxxxxxx');
  });

  it.each([2 ** 31, 1e12, Number.POSITIVE_INFINITY])('a limit of %d ms is no limit of one', async (ms) => {
    bench.server.reply({ steps: [{ waitMs: 40 }, { send: 'a' }, { waitMs: 40 }, { send: 'b' }] });
    const timeouts = { connectMs: ms, firstContentMs: ms, idleMs: ms };
    expect(await readFrom(bench.pool({ timeouts }), stream())).toBe('ab');
  });

  it('a slow consumer is not an idle upstream', async () => {
    bench.server.reply({
      steps: [{ send: 'a' }, { waitMs: 20 }, { send: 'b' }, { waitMs: 20 }, { send: 'c' }],
    });
    const { body } = await bench.pool({ timeouts: { idleMs: 250 } }).request(stream());
    let read = '';
    for await (const piece of body) {
      read += Buffer.from(piece).toString();
      await new Promise((resolve) => setTimeout(resolve, 350));
    }
    expect(read).toBe('abc');
  });

  it('none of them for a whole answer, which says nothing until it is complete', async () => {
    bench.server.reply({
      beforeHeaders: true,
      steps: [{ waitMs: 200 }, { send: '{' }, { waitMs: 200 }, { send: '}' }],
    });
    const pool = bench.pool({ timeouts: { firstContentMs: 50, idleMs: 50 } });
    expect(await (await pool.request(get())).json()).toEqual({});
  });
});

describe('leaving', () => {
  const closesSoon = async (leave: () => void): Promise<void> => {
    const request = await bench.server.received();
    const leftAt = performance.now();
    leave();
    expect((await request.closed) - leftAt).toBeLessThan(250);
  };

  it.each(['stream', 'whole'] as const)('an abort before the headers (%s)', async (delivery) => {
    bench.server.reply({ beforeHeaders: true, steps: [silence] });
    const controller = new AbortController();
    const call = failure(bench.pool().request(get({ delivery, signal: controller.signal })));
    await closesSoon(() => controller.abort());
    expect((await call).code).toBe('aborted');
  });

  it.each([[''], ['gzip']])('an abort in the middle of a body (%j)', async (encoding) => {
    bench.server.reply({
      headers: { 'content-encoding': encoding },
      steps: [{ send: Buffer.from('1f8b08', 'hex') }, silence],
    });
    const controller = new AbortController();
    const call = failure(readFrom(bench.pool(), stream({ signal: controller.signal })));
    await bench.server.received();
    await new Promise((resolve) => setTimeout(resolve, 30));
    await closesSoon(() => controller.abort());
    expect((await call).code).toBe('aborted');
  });

  it("an abort with a ChatError as its reason ends in that error, so that a policy's timeout keeps its phase", async () => {
    bench.server.reply({ steps: [silence] });
    const controller = new AbortController();
    const reason = new ChatError('timeout', 'too late', { phase: 'total' });
    const call = failure(readFrom(bench.pool(), stream({ signal: controller.signal })));
    await closesSoon(() => controller.abort(reason));
    expect(await call).toBe(reason);
  });

  it('a signal that is already aborted: nothing is sent', async () => {
    const error = await failure(bench.pool().request(get({ signal: AbortSignal.abort() })));
    expect(error.code).toBe('aborted');
    expect(bench.server.requests).toHaveLength(0);
  });

  it.each([[''], ['gzip']])('the end of the loop before the end of the body (%j)', async (encoding) => {
    const bytes = encoding === 'gzip' ? gzipSync('x'.repeat(100_000), { level: 0 }) : Buffer.from('xxx');
    bench.server.reply({
      headers: { 'content-encoding': encoding },
      steps: [{ send: bytes.subarray(0, 70_000) }, silence],
    });
    const { body } = await bench.pool().request(stream());
    for await (const piece of body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    const request = await bench.server.received();
    expect(await request.closed).toBeGreaterThan(0);
  });

  it('the end of compressed data, when the body goes on without end', async () => {
    bench.server.reply({
      headers: { 'content-encoding': 'gzip' },
      steps: [{ send: gzipSync('x') }, { send: Buffer.alloc(64) }, silence],
    });
    const call = readFrom(bench.pool({ timeouts: { idleMs: 300 } }), stream()).catch(() => undefined);
    const request = await bench.server.received();
    await call;
    expect(await request.closed).toBeGreaterThan(0);
  });

  it('discarding an answer that nobody wants to read', async () => {
    bench.server.reply({ steps: [{ send: 'x' }, silence] });
    const response = await bench.pool().request(stream());
    await closesSoon(() => response.discard());
  });

  it('close() before the headers and in the middle of a body', async () => {
    for (const beforeHeaders of [true, false]) {
      bench.server.clear();
      bench.server.reply({ beforeHeaders, steps: [...(beforeHeaders ? [] : [{ send: 'x' }]), silence] });
      const pool = bench.pool();
      const call = failure(readFrom(pool, stream()));
      await bench.server.received();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await pool.close();
      expect(await call).toMatchObject({
        code: 'unreachable',
        retryable: false,
        message: 'example was closed',
      });
      await expect.poll(() => bench.server.openSockets()).toBe(0);
    }
  });

  it('leaves no listener on a signal that outlives its calls', async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on('warning', warn);
    bench.server.reply({ steps: [{ send: 'x' }] });
    const { signal } = new AbortController();
    const pool = bench.pool();
    for (let count = 0; count < 30; count += 1) await readFrom(pool, stream({ signal }));
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });
});
