import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { answerOf, ask, startChatd, startTestGateway, until } from './support.js';

const limit = 250;

/** A chatd that does as it is told and tells when its connection is gone. */
const startWatchedChatd = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const state = { isAsked: false, isGone: false };
  const url = await startChatd((request, response) => {
    state.isAsked = true;
    request.socket.once('close', () => {
      state.isGone = true;
    });
    answer(request, response);
  });
  return { url, state };
};

test('a client that leaves before the headers closes the connection to chatd', async () => {
  const { url, state } = await startWatchedChatd((request) => request.resume());
  const gateway = await startTestGateway(url);
  const call = ask(`${gateway.origin}/v1/chat`, { method: 'POST' });
  call.on('error', () => undefined);
  call.end('{}');
  await until(() => state.isAsked);
  call.destroy();
  expect(await until(() => state.isGone)).toBeLessThan(limit);
  const line = await gateway.requestLine();
  expect(line).toMatchObject({ outcome: 'client-left' });
  expect(line).not.toHaveProperty('status');
});

test('a client that leaves in the middle of a stream closes the connection to chatd', async () => {
  const { url, state } = await startWatchedChatd((_request, response) => {
    const timer = setInterval(() => response.write('data: x\n\n'), 10);
    response.once('close', () => clearInterval(timer));
  });
  const gateway = await startTestGateway(url);
  const call = ask(`${gateway.origin}/v1/chat`);
  call.end();
  const answer = await answerOf(call);
  await once(answer, 'data');
  answer.on('error', () => undefined);
  call.destroy();
  expect(await until(() => state.isGone)).toBeLessThan(limit);
  expect(await gateway.requestLine()).toMatchObject({ outcome: 'client-left', status: 200 });
});

test('a client that leaves while the stream is silent closes the connection to chatd', async () => {
  const { url, state } = await startWatchedChatd((_request, response) => response.flushHeaders());
  const gateway = await startTestGateway(url);
  const call = ask(`${gateway.origin}/v1/chat`);
  call.end();
  const answer = await answerOf(call);
  answer.on('error', () => undefined);
  call.destroy();
  expect(await until(() => state.isGone)).toBeLessThan(limit);
});

test('a client that leaves during its upload closes the connection to chatd', async () => {
  const { url, state } = await startWatchedChatd((request) => {
    request.on('error', () => undefined);
    request.resume();
  });
  const gateway = await startTestGateway(url);
  const headers = { 'content-length': String(2 ** 30) };
  const call = ask(`${gateway.origin}/v1/chat`, { method: 'POST', headers });
  call.on('error', () => undefined);
  call.write(Buffer.alloc(1024 * 1024));
  await until(() => state.isAsked);
  call.destroy();
  expect(await until(() => state.isGone)).toBeLessThan(limit);
  expect(await gateway.requestLine()).toMatchObject({ outcome: 'client-left' });
});

test('a client that has stopped reading and then leaves closes the connection to chatd', async () => {
  const { url, state } = await startWatchedChatd((_request, response) => {
    const chunk = Buffer.alloc(64 * 1024);
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    write();
  });
  const gateway = await startTestGateway(url);
  const socket = connect(gateway.port, '127.0.0.1');
  socket.write('GET /v1/chat HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await until(() => state.isAsked);
  socket.pause();
  await sleep(500); // the buffers fill up
  socket.destroy();
  expect(await until(() => state.isGone)).toBeLessThan(limit);
});

test('a client that leaves while the gateway is still connecting ends the attempt', async () => {
  // Accepts TCP and never speaks TLS: to an https client that is a connection that does not come about.
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(
      socket
        .once('close', () => sockets.delete(socket))
        .on('error', () => undefined)
        .resume(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const gateway = await startTestGateway(new URL(`https://127.0.0.1:${port}`));
  const call = ask(`${gateway.origin}/v1/chat`);
  call.on('error', () => undefined);
  call.end();
  await until(() => sockets.size === 1);
  call.destroy();
  expect(await until(() => sockets.size === 0)).toBeLessThan(limit);
});

test('a hundred clients that leave at once leave no connection behind', async () => {
  let open = 0;
  const url = await startChatd((_request, response) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    response.write('data: x\n\n');
  });
  const gateway = await startTestGateway(url);
  const calls = Array.from({ length: 100 }, () => ask(`${gateway.origin}/v1/chat`));
  for (const call of calls) {
    call.on('response', (answer) => answer.on('error', () => undefined).resume());
    call.on('error', () => undefined);
    call.end();
  }
  await until(() => open === 100);
  for (const call of calls) call.destroy();
  expect(await until(() => open === 0)).toBeLessThan(1_000);
});
