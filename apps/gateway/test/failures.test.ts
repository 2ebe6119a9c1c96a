import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { answerOf, ask, sendRaw, startChatd, startTestGateway } from './support.js';

interface ErrorBody {
  readonly error: Record<string, unknown>;
}

const fetchFailure = async (url: string, init?: RequestInit) => {
  const answer = await fetch(url, init);
  const { error } = (await answer.json()) as ErrorBody;
  expect(error.request_id).toBe(answer.headers.get('x-request-id'));
  return { status: answer.status, error, headers: answer.headers };
};

/** A port on which nobody listens. */
const findFreePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
};

test('without chatd the answer is 502 unreachable, and its address stays inside', async () => {
  const port = await findFreePort();
  const gateway = await startTestGateway(new URL(`http://127.0.0.1:${port}`));
  const { status, error } = await fetchFailure(`${gateway.origin}/v1/chat`, { method: 'POST', body: '{}' });
  expect(status).toBe(502);
  expect(error).toMatchObject({
    code: 'unreachable',
    message: 'chatd is not reachable (ECONNREFUSED)',
    retryable: true,
  });
  expect(JSON.stringify(error)).not.toContain(String(port));
  expect(await gateway.requestLine()).toMatchObject({ status: 502, outcome: 'unreachable', level: 40 });
});

test('a chatd that closes without an answer is 502 unreachable', async () => {
  const chatd = await startChatd((request) => request.socket.destroy());
  const gateway = await startTestGateway(chatd);
  const { status, error } = await fetchFailure(`${gateway.origin}/v1/chat`);
  expect(status).toBe(502);
  expect(error).toMatchObject({ code: 'unreachable', message: 'chatd is not reachable (ECONNRESET)' });
});

test('a chatd that stays silent is 504 timeout', async () => {
  const chatd = await startChatd(() => undefined);
  const gateway = await startTestGateway(chatd, { idleTimeout: 100 });
  const { status, error } = await fetchFailure(`${gateway.origin}/v1/chat`);
  expect(status).toBe(504);
  expect(error).toMatchObject({
    code: 'timeout',
    phase: 'idle',
    message: "chatd sent nothing within the gateway's idle_timeout",
    retryable: true,
  });
});

test('a connection that does not come about is 504 timeout', async () => {
  const sockets: Socket[] = [];
  // Accepts TCP and never speaks TLS: to an https client that is a connection that does not come about.
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined).resume()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const gateway = await startTestGateway(new URL(`https://127.0.0.1:${port}`), { connectTimeout: 100 });
  const { status, error } = await fetchFailure(`${gateway.origin}/v1/chat`);
  expect(status).toBe(504);
  expect(error).toMatchObject({ code: 'timeout', phase: 'connect' });
});

test('silence in the middle of a stream breaks it off visibly: no error text is mixed into it', async () => {
  const chatd = await startChatd((_request, response) => {
    response.write('data: first\n\n');
  });
  const gateway = await startTestGateway(chatd, { idleTimeout: 100 });
  const call = ask(`${gateway.origin}/v1/chat`);
  call.end();
  const answer = await answerOf(call);
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk));
  await expect(once(answer, 'end')).rejects.toThrow('aborted');
  expect(Buffer.concat(chunks).toString()).toBe('data: first\n\n');
  expect(await gateway.requestLine()).toMatchObject({ status: 200, outcome: 'timeout', level: 40 });
});

test('a byte from chatd now and then keeps a stream alive beyond the idle timeout', async () => {
  const chatd = await startChatd((_request, response) => {
    let beats = 0;
    const timer = setInterval(() => {
      response.write(': alive\n\n');
      beats += 1;
      if (beats < 12) return;
      clearInterval(timer);
      response.end();
    }, 50);
  });
  const gateway = await startTestGateway(chatd, { idleTimeout: 400 });
  const answer = await fetch(`${gateway.origin}/v1/chat`);
  expect(await answer.text()).toBe(': alive\n\n'.repeat(12));
});

test('a client that does not read for longer than the idle timeout is the one to blame', async () => {
  const chatd = await startChatd((_request, response) => {
    const chunk = Buffer.alloc(64 * 1024);
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    write();
  });
  const gateway = await startTestGateway(chatd, { idleTimeout: 300 });
  const call = ask(`${gateway.origin}/v1/chat`);
  call.end();
  const answer = await answerOf(call);
  answer.on('error', () => undefined).pause();
  expect(await gateway.requestLine()).toMatchObject({ outcome: 'client-stalled' });
});

test.each([
  '/',
  '/v1',
  '/v1/chatter',
  '/V1/CHAT',
  '/v1/models',
  '/metrics',
  '//v1/chat',
  '/v1/chat/../models',
  '/v1/chat/%2e%2E/%2e./metrics',
  '/v1/chat/..\\..\\metrics',
  'ftp://gateway/v1/chat',
  '*',
])('%j is not forwarded: 404 in the error shape', async (target) => {
  let reached = 0;
  const chatd = await startChatd((_request, response) => {
    reached += 1;
    response.end();
  });
  const gateway = await startTestGateway(chatd);
  const text = await sendRaw(
    gateway.port,
    `OPTIONS ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
  );
  expect(text).toMatch(/^HTTP\/1\.1 404 /);
  expect(text).toContain('"code":"invalid-request"');
  expect(reached).toBe(0);
});

test.each([
  ['/v1/chat', '/v1/chat'],
  ['/v1/chat/', '/v1/chat/'],
  ['/v1/chat?a=1&b=%20', '/v1/chat?a=1&b=%20'],
  ['/v1/chat/completions', '/v1/chat/completions'],
  ['/v1/chat/%ff', '/v1/chat/%ff'],
  ['/v1/chat/a/../resolve', '/v1/chat/resolve'],
  ['http://elsewhere/v1/chat/models?x=1', '/v1/chat/models?x=1'],
])('%j is forwarded as %j, with any method', async (target, path) => {
  const chatd = await startChatd((request, response) => response.end(`${request.method} ${request.url}`));
  const gateway = await startTestGateway(chatd);
  for (const method of ['GET', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND']) {
    const text = await sendRaw(
      gateway.port,
      `${method} ${target} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
    );
    expect(text.endsWith(`\r\n\r\n${method} ${path}`)).toBe(true);
  }
});

test('the log has the path without the query, and no header', async () => {
  const chatd = await startChatd((_request, response) => response.end());
  const gateway = await startTestGateway(chatd);
  const headers = { authorization: 'Bearer canary-key' };
  await (await fetch(`${gateway.origin}/v1/chat/models?key=canary-query`, { headers })).text();
  const line = await gateway.requestLine();
  expect(line).toMatchObject({ method: 'GET', path: '/v1/chat/models', status: 200, outcome: 'ok' });
  expect(line.ms).toBeTypeOf('number');
  expect(JSON.stringify(gateway.lines)).not.toContain('canary');
});
