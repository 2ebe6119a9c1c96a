import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { answerOf, ask, startChatd, startTestGateway, until } from './support.js';

test('a stream arrives chunk by chunk: each is seen before the next is sent', async () => {
  let send: (text: string) => void = () => undefined;
  let end: () => void = () => undefined;
  const chatd = await startChatd((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    send = (text) => response.write(text);
    end = () => response.end();
  });
  const gateway = await startTestGateway(chatd);
  const call = ask(`${gateway.origin}/v1/chat`, { method: 'POST' });
  call.end('{}');
  const answer = await answerOf(call); // before the first chunk is sent
  expect(answer.headers['content-type']).toBe('text/event-stream');
  for (const event of ['data: {"type":"response_start"}\n\n', ': still there\n\n', 'data: {"n":2}\n\n']) {
    const next = once(answer, 'data');
    send(event);
    const [chunk] = (await next) as [Buffer];
    expect(chunk.toString()).toBe(event);
  }
  end();
  await once(answer.resume(), 'end');
  expect(await gateway.requestLine()).toMatchObject({ status: 200, outcome: 'ok', level: 30 });
});

test('a client that stops reading stops the reading from chatd', async () => {
  const chunk = Buffer.alloc(64 * 1024);
  const offered = 512 * 1024 * 1024;
  let taken = (): number => 0;
  const chatd = await startChatd((_request, response) => {
    let written = 0;
    const { socket } = response;
    taken = () => written - response.writableLength - (socket?.writableLength ?? 0);
    const write = (): void => {
      while (written < offered) {
        written += chunk.length;
        if (!response.write(chunk)) return;
      }
      response.end();
    };
    response.on('drain', write);
    write();
  });
  const gateway = await startTestGateway(chatd);
  const call = ask(`${gateway.origin}/v1/chat`);
  call.end();
  const answer = await answerOf(call);
  answer.pause();
  let before = -1;
  while (before !== taken()) {
    before = taken();
    await sleep(500); // until the kernel's buffers are full
  }
  // Two connections' kernel buffers hold up to about 10 MiB each on Linux; the gateway itself holds two high-water marks.
  expect(before).toBeLessThan(32 * 1024 * 1024);
  expect(before).toBeGreaterThan(0);

  answer.resume();
  await until(() => taken() > before + 64 * 1024 * 1024); // and reading goes on with the client
});

test('a body of 20 MB passes both ways unchanged', async () => {
  const chatd = await startChatd((request, response) => {
    response.setHeader('content-length', request.headers['content-length'] ?? '');
    request.pipe(response);
  });
  const gateway = await startTestGateway(chatd);
  const body = Buffer.alloc(20_000_000, 'kimi qwen ');
  const answer = await fetch(`${gateway.origin}/v1/chat`, { method: 'POST', body });
  expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
});

test.each([
  ['with a length', { 'content-length': '1000' }],
  ['in chunks', {}],
])('an answer %s that chatd breaks off is seen as broken by the client', async (_name, headers) => {
  const chatd = await startChatd((_request, response) => {
    response.writeHead(200, headers);
    response.write('half', () => response.socket?.resetAndDestroy());
  });
  const gateway = await startTestGateway(chatd);
  const call = ask(`${gateway.origin}/v1/chat`);
  call.end();
  const answer = await answerOf(call);
  await expect(once(answer.resume(), 'end')).rejects.toThrow('aborted');
  expect(await gateway.requestLine()).toMatchObject({ outcome: 'cut', level: 40 });
});

test('an upload that chatd refuses early gets its answer, and nobody waits for the rest', async () => {
  const chatd = await startChatd((_request, response) => {
    response.writeHead(413, { 'content-type': 'application/json', connection: 'close' });
    response.end('{"error":{"code":"invalid-request"}}');
  });
  const gateway = await startTestGateway(chatd);
  const call = ask(`${gateway.origin}/v1/chat`, {
    method: 'POST',
    headers: { 'content-length': String(2 ** 30) },
  });
  call.write(Buffer.alloc(64 * 1024));
  const answer = await answerOf(call);
  expect(answer.statusCode).toBe(413);
});

test('more streams than any default pool has connections run side by side', async () => {
  let open = 0;
  const chatd = await startChatd((_request, response) => {
    open += 1;
    response.write('x');
  });
  const gateway = await startTestGateway(chatd);
  for (let index = 0; index < 300; index += 1) ask(`${gateway.origin}/v1/chat`).end();
  await until(() => open === 300);
});

test('connections to chatd are kept and used again', async () => {
  const ports = new Set<number | undefined>();
  const chatd = await startChatd((request, response) => {
    ports.add(request.socket.remotePort);
    response.end('ok');
  });
  const gateway = await startTestGateway(chatd);
  for (let index = 0; index < 5; index += 1) await (await fetch(`${gateway.origin}/v1/chat`)).text();
  expect(ports.size).toBe(1);
});

test('a kept connection is given up before chatd closes it, as its keep-alive header announces', async () => {
  let closed = 0;
  const chatd = await startChatd((request, response) => {
    request.socket.once('close', () => {
      closed += 1;
    });
    response.writeHead(200, { 'keep-alive': 'timeout=2' }).end('ok'); // Node's client leaves a second earlier
  });
  const gateway = await startTestGateway(chatd);
  await (await fetch(`${gateway.origin}/v1/chat`)).text();
  expect(closed).toBe(0);
  expect(await until(() => closed === 1)).toBeLessThan(1_900);
});
