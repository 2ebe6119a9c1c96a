import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ChatHandler, toChatError } from '@lakehouse/chat-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hedge } from '../src/hedge.js';
import { recordAttempt } from '../src/index.js';
import { contextOf, end, read, request, start, text } from './support/handlers.js';

let upstream: Server;
let url: string;
let closed: Promise<unknown>;

beforeEach(async () => {
  upstream = createServer((asked, answer) => {
    if (asked.url === '/quick') answer.end('quick');
    else closed = once(answer, 'close'); // and says nothing at all
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterEach(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await once(upstream, 'close');
});

const asking = (path: string): ChatHandler =>
  recordAttempt({ provider: path, model: 'm' })(async function* (_, { signal }) {
    try {
      const answer = await fetch(url + path, { signal });
      yield start;
      yield text(await answer.text());
      yield end;
    } catch (error) {
      throw toChatError(error, { signal });
    }
  });

it('closes the upstream socket of the attempt that lost, and the trail has it when the stream ends', async () => {
  const context = contextOf();
  const hedged = hedge({ delayMs: 20, second: asking('/quick') })(asking('/silent'));
  expect(await read(hedged(request, context))).toEqual({ events: [start, text('quick'), end] });
  expect(context.attempts).toMatchObject([
    { provider: '/silent', outcome: 'aborted' },
    { provider: '/quick', outcome: 'ok' },
  ]);
  await closed;
});
