import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { frame, responseEnd, startChatStandIn, startCommand, textDelta } from './support/chat-command.js';
import { closedAddress, startStubServer } from './support/stub-server.js';

const start = frame({ type: 'response_start', model: 'm', provider: 'p' });

test('TEXT as an argument is asked, and the answer is all that standard output holds', async () => {
  const { url, requests } = await startChatStandIn((response) => {
    response.write(`: alive\n\n${start}${textDelta('Hel')}${frame({ type: 'later_kind', x: 1 })}`);
    response.end(textDelta('lo') + responseEnd());
  });
  const run = startCommand({ url: `${url}/`, model: 'fast', text: 'Hi' });
  expect(await run.code).toBe(0);
  expect(run.output()).toBe('Hello\n');
  expect(run.errors()).toBe('');
  expect(requests).toEqual([{ model: 'fast', messages: [{ role: 'user', content: 'Hi' }], stream: true }]);
});

test('response_end is the end, also when the connection stays open', async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const { url } = await startChatStandIn((response) => {
    closed = once(response, 'close');
    response.write(textDelta('ok') + responseEnd());
  });
  const run = startCommand({ url, text: 'Hi' });
  expect(await run.code).toBe(0);
  await closed;
});

test('without TEXT all of a pipe is asked', async () => {
  const { url, requests } = await startChatStandIn((response) =>
    response.end(textDelta('ok\n') + responseEnd()),
  );
  const run = startCommand({ url });
  run.stdin.write('first line\n');
  run.stdin.end('second line\n');
  expect(await run.code).toBe(0);
  expect(run.output()).toBe('ok\n');
  expect(requests[0]?.messages).toEqual([{ role: 'user', content: 'first line\nsecond line\n' }]);
});

test('an empty pipe is an error, and nothing is asked', async () => {
  const { url, requests } = await startChatStandIn((response) => response.end());
  const run = startCommand({ url });
  run.stdin.end(' \n');
  expect(await run.code).toBe(1);
  expect(run.errors()).toMatch(/^chatd chat: there is nothing to say: .*\n$/);
  expect(requests).toEqual([]);
});

test('text is printed while it comes, wherever the bytes are cut', async () => {
  const bytes = Buffer.from(textDelta('Grüße 🌍'));
  let finish = (): void => {};
  const { url } = await startChatStandIn((response) => {
    const send = (index: number): void => {
      if (index < bytes.length) response.write(bytes.subarray(index, index + 1), () => send(index + 1));
    };
    send(0);
    finish = () => response.end(responseEnd());
  });
  const run = startCommand({ url, text: 'Hi' });
  await vi.waitFor(() => expect(run.output()).toBe('Grüße 🌍'));
  finish();
  expect(await run.code).toBe(0);
});

test('warnings and an unusual end go to standard error', async () => {
  const { url } = await startChatStandIn((response) => {
    const warnings = [{ code: 'parameter-dropped', message: 'seed is\nnot supported' }];
    response.end(textDelta('cut') + responseEnd({ finish_reason: 'length', warnings }));
  });
  const run = startCommand({ url, text: 'Hi' });
  expect(await run.code).toBe(0);
  expect(run.output()).toBe('cut\n');
  expect(run.errors()).toBe(
    'chatd chat: warning: seed is not supported\nchatd chat: the answer ended with finish_reason "length"\n',
  );
});

test('an error before the stream is one line and exit code 1', async () => {
  const url = await startStubServer((_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"error":{"code":"provider-unavailable","message":"x is not configured:\\nadd it"}}');
  });
  const run = startCommand({ url, text: 'Hi' });
  expect(await run.code).toBe(1);
  expect(run.output()).toBe('');
  expect(run.errors()).toBe('chatd chat: x is not configured: add it\n');
});

test('an error in the stream is one line and exit code 1, after the text that had come', async () => {
  const { url } = await startChatStandIn((response) => {
    response.end(
      textDelta('half') + frame({ type: 'error', error: { code: 'unreachable', message: 'it broke' } }),
    );
  });
  const run = startCommand({ url, text: 'Hi' });
  expect(await run.code).toBe(1);
  expect(run.output()).toBe('half\n');
  expect(run.errors()).toBe('chatd chat: it broke\n');
});

test.each([
  [
    'closed in good order',
    (end: () => void, _destroy: () => void): void => end(),
    /was closed before the end/,
  ],
  [
    'reset',
    (_end: () => void, destroy: () => void): void => destroy(),
    /broke before the end of the answer \(/,
  ],
])('a stream without an end is never a success: %s', async (_name, leave, message) => {
  const { url } = await startChatStandIn((response) => {
    response.write(start + textDelta('half'), () =>
      leave(
        () => response.end(),
        () => response.destroy(),
      ),
    );
  });
  const run = startCommand({ url, text: 'Hi' });
  expect(await run.code).toBe(1);
  expect(run.errors()).toMatch(message);
});

test.each([
  ['data that is not JSON', 'data: {"type":"text_\n\n'],
  ['an event without its fields', frame({ type: 'text_delta' })],
])('%s is an error', async (_name, data) => {
  const { url } = await startChatStandIn((response) => response.end(data + responseEnd()));
  const run = startCommand({ url, text: 'Hi' });
  expect(await run.code).toBe(1);
  expect(run.errors()).toBe('chatd chat: chatd sent an event that cannot be read\n');
});

test('nothing listening: one line that says how to start it', async () => {
  const url = await closedAddress();
  const run = startCommand({ url, text: 'Hi' });
  expect(await run.code).toBe(1);
  expect(run.errors()).toBe(
    `chatd chat: nothing listens on ${url}: start the service there with the command "chatd"\n`,
  );
});

test.each([
  ['200 with a page', 200, /answered with text\/html, and not as chatd does/],
  ['an error page', 500, /answered with status 500, and not as chatd does/],
])('another server on the address is told apart: %s', async (_name, status, message) => {
  const url = await startStubServer((_request, response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>'),
  );
  const run = startCommand({ url, text: 'Hi' });
  expect(await run.code).toBe(1);
  expect(run.errors()).toMatch(message);
});

test('an address that is none is said', async () => {
  const run = startCommand({ url: 'localhost', text: 'Hi' });
  expect(await run.code).toBe(1);
  expect(run.errors()).toBe('chatd chat: localhost is not an address such as http://127.0.0.1:3220\n');
});

test('an interrupt while streaming closes the connection and gives exit code 130', async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const { url } = await startChatStandIn((response) => {
    closed = once(response, 'close');
    response.write(textDelta('half'));
  });
  const interrupt = new AbortController();
  const run = startCommand({ url, text: 'Hi', signal: interrupt.signal });
  await vi.waitFor(() => expect(run.output()).toBe('half'));
  interrupt.abort();
  expect(await run.code).toBe(130);
  expect(run.output()).toBe('half\n');
  expect(run.errors()).toBe('');
  await closed;
});

test('an interrupt while a pipe is read gives exit code 130', async () => {
  const interrupt = new AbortController();
  const run = startCommand({ url: await closedAddress(), signal: interrupt.signal });
  run.stdin.write('unfinished');
  interrupt.abort();
  expect(await run.code).toBe(130);
});

test('a reader that leaves (`| head`) closes the connection and gives exit code 141', async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const { url } = await startChatStandIn((response) => {
    closed = once(response, 'close');
    response.write(textDelta('half'));
  });
  const run = startCommand({ url, text: 'Hi' });
  await vi.waitFor(() => expect(run.output()).toBe('half'));
  run.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect(await run.code).toBe(141);
  await closed;
});
