import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChatError } from '@lakehouse/chat-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, get, readFrom, setUpServer, stream } from './support/call.js';
import { type RawServer, startRawServer } from './support/raw-server.js';

const bench = setUpServer();
/** It accepts connections, but says nothing of TLS. */
let silent: RawServer;
beforeEach(async () => {
  silent = await startRawServer(() => undefined);
});
afterEach(() => silent.close());

const silentPool = (connectMs = 0) =>
  bench.pool({ baseUrl: silent.url.replace('http:', 'https:'), timeouts: { connectMs } });
const openSockets = (count: number) => expect.poll(() => silent.openSockets(), { interval: 5 }).toBe(count);

/** Milliseconds from now until so many sockets are left. */
const until = async (count: number): Promise<number> => {
  const startedAt = performance.now();
  while (silent.openSockets() > count && performance.now() - startedAt < 2000) await sleep(5);
  return performance.now() - startedAt;
};

describe('an abort while connecting', () => {
  it.each([0, 10_000])('ends the call at once and closes the socket (connectMs %i)', async (connectMs) => {
    const controller = new AbortController();
    const call = failure(silentPool(connectMs).request(stream({ signal: controller.signal })));
    await openSockets(1);
    controller.abort();
    const abortedAt = performance.now();
    expect((await call).code).toBe('aborted');
    expect(performance.now() - abortedAt).toBeLessThan(250);
    expect(await until(0)).toBeLessThan(250);
    await sleep(50);
    expect(silent.connections(), 'nobody connects again for a call that is over').toBe(1);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('with a ChatError as its reason ends in that error', async () => {
    const controller = new AbortController();
    const call = failure(silentPool().request(get({ signal: controller.signal })));
    await openSockets(1);
    const reason = new ChatError('timeout', 'too late', { phase: 'total' });
    controller.abort(reason);
    expect(await call).toBe(reason);
  });

  it('leaves the connections of other calls alone', async () => {
    const pool = silentPool();
    const controllers = [new AbortController(), new AbortController()] as const;
    const [first, second] = controllers.map(({ signal }) => failure(pool.request(get({ signal }))));
    let ended = false;
    void second?.then(() => {
      ended = true;
    });
    await openSockets(2);
    controllers[0].abort();
    expect((await first)?.code).toBe('aborted');
    expect(await until(1)).toBeLessThan(250);
    await sleep(50);
    expect([silent.openSockets(), ended]).toEqual([1, false]);
    controllers[1].abort();
    expect((await second)?.code).toBe('aborted');
  });

  it('before the connection is looked for, too', async () => {
    const controller = new AbortController();
    const call = failure(silentPool().request(get({ signal: controller.signal })));
    controller.abort();
    expect((await call).code).toBe('aborted');
    await sleep(30);
    expect(silent.openSockets()).toBe(0);
  });

  it('does no harm to the next call of the pool, nor one just when the connection stands', async () => {
    bench.server.reply({ steps: [{ send: 'x' }] });
    const pool = bench.pool();
    for (let turn = 0; turn < 40; turn += 1) {
      const controller = new AbortController();
      const call = readFrom(pool, stream({ signal: controller.signal }));
      const outcome = call.catch((error: ChatError) => error.code);
      await sleep(turn % 4); // anywhere between the connection and the end of the answer
      controller.abort();
      expect(['aborted', 'x']).toContain(await outcome);
    }
    expect(await readFrom(pool, stream())).toBe('x');
    await pool.close();
    await expect.poll(() => bench.server.openSockets()).toBe(0);
  });
});

it('no listener stays on a signal that outlives 2,000 calls', async () => {
  bench.server.reply({ steps: [{ send: 'x' }] });
  const { signal } = new AbortController();
  const pool = bench.pool();
  for (let turn = 0; turn < 100; turn += 1) {
    await Promise.all(Array.from({ length: 20 }, () => readFrom(pool, get({ signal }))));
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

it('HTTP/2 is not offered, because cancelling has to close a socket', async () => {
  const pem = (name: string) => readFileSync(new URL(`fixtures/self-signed.${name}.pem`, import.meta.url));
  const offered: string[][] = [];
  const ALPNCallback = ({ protocols }: { protocols: string[] }) => {
    offered.push(protocols);
    return 'http/1.1';
  };
  const server = createServer({ key: pem('key'), cert: pem('cert'), ALPNCallback });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await failure(bench.pool({ baseUrl }).request(get()));
  expect(offered).toEqual([['http/1.1']]);
  await new Promise((resolve) => {
    server.close(resolve);
  });
});
