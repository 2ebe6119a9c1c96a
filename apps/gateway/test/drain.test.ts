import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { answerOf, ask, startChatd, startTestGateway, until } from './support.js';

/** A chatd that begins a stream and ends it when told. */
const startStreamingChatd = async () => {
  const ends: (() => void)[] = [];
  const url = await startChatd((_request, response) => {
    response.write('data: begun\n\n');
    ends.push(() => response.end('data: done\n\n'));
  });
  return { url, ends };
};

test('while draining a stream finishes, new requests get 503 with Retry-After, readyz says no', async () => {
  const { url, ends } = await startStreamingChatd();
  const gateway = await startTestGateway(url, { drainTimeout: 10_000 });
  const call = ask(`${gateway.origin}/v1/chat`);
  call.end();
  const stream = await answerOf(call);
  let isStopped = false;
  const stopped = gateway.stop().then(() => {
    isStopped = true;
  });

  const refused = await fetch(`${gateway.origin}/v1/chat`, { method: 'POST', body: '{}' });
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(refused.headers.get('connection')).toBe('close');
  expect(await refused.json()).toMatchObject({ error: { code: 'overloaded', retryable: true } });
  expect((await fetch(`${gateway.origin}/readyz`)).status).toBe(503);
  expect((await fetch(`${gateway.origin}/healthz`)).status).toBe(200);

  await sleep(50);
  expect(isStopped).toBe(false);
  ends[0]?.();
  expect(await text(stream)).toBe('data: begun\n\ndata: done\n\n');
  await stopped;
  await expect(fetch(`${gateway.origin}/healthz`)).rejects.toThrow();
});

test('the drain timeout ends it: open streams are broken off visibly', async () => {
  const { url } = await startStreamingChatd();
  const gateway = await startTestGateway(url, { drainTimeout: 100 });
  const call = ask(`${gateway.origin}/v1/chat`);
  call.end();
  const stream = (await answerOf(call)).resume();
  const ended = once(stream, 'end');
  const start = performance.now();
  await Promise.all([gateway.stop(), expect(ended).rejects.toThrow('aborted')]);
  expect(performance.now() - start).toBeLessThan(1_000);
  expect(await gateway.requestLine()).toMatchObject({ outcome: 'drain-timeout', level: 40 });
});

test('idle connections and half a request do not hold up the end', async () => {
  const chatd = await startChatd((_request, response) => response.end('ok'));
  const gateway = await startTestGateway(chatd, { drainTimeout: 10_000 });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const call = ask(`${gateway.origin}/v1/chat`, { agent });
  call.end();
  await text(await answerOf(call));
  const half = connect(gateway.port, '127.0.0.1');
  half.on('error', () => undefined).write('POST /v1/chat HTTP/1.1\r\nhos');
  let isClosed = false;
  half.resume().once('close', () => {
    isClosed = true;
  });
  await sleep(50);
  const start = performance.now();
  await gateway.stop();
  expect(performance.now() - start).toBeLessThan(2_000);
  await until(() => isClosed);
});

test('stopping twice is stopping once', async () => {
  const gateway = await startTestGateway(await startChatd((_request, response) => response.end()));
  await Promise.all([gateway.stop(), gateway.stop()]);
});
