import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { expect, test, vi } from 'vitest';
import { frame, responseEnd, startChatStandIn, startCommand, textDelta } from './support/chat-command.js';
import { closedAddress } from './support/stub-server.js';

const terminal = { stdin: true, stdout: true, stderr: true };
const ctrlC = '\u0003';
const ctrlD = '\u0004';

test('a conversation keeps the earlier turns, and Ctrl+D ends it', async () => {
  const { url, requests } = await startChatStandIn((response, body) => {
    const turns = (body.messages as unknown[]).length;
    response.end(textDelta(`answer to ${turns}`) + responseEnd());
  });
  const run = startCommand({ url }, terminal);
  run.stdin.write('one\r');
  await vi.waitFor(() => expect(run.output()).toContain('answer to 1\n'));
  run.stdin.write('\r'); // an empty line asks nothing
  run.stdin.write('two\r');
  await vi.waitFor(() => expect(run.output()).toContain('answer to 3\n'));
  run.stdin.write(ctrlD);
  expect(await run.code).toBe(0);
  expect(requests.map(({ messages }) => messages)).toEqual([
    [{ role: 'user', content: 'one' }],
    [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'answer to 1' },
      { role: 'user', content: 'two' },
    ],
  ]);
});

test('lines typed while an answer runs are asked after it', async () => {
  const { url, requests } = await startChatStandIn((response) =>
    response.end(textDelta('ok') + responseEnd()),
  );
  const run = startCommand({ url }, terminal);
  run.stdin.write('one\rtwo\r');
  run.stdin.end();
  expect(await run.code).toBe(0);
  expect(requests).toHaveLength(2);
});

test('Ctrl+C stops the running answer, which the model is told of as far as it came', async () => {
  let closed: Promise<unknown> | undefined;
  const { url, requests } = await startChatStandIn((response, body) => {
    if ((body.messages as unknown[]).length > 1) response.end(textDelta('second') + responseEnd());
    else {
      closed = once(response, 'close');
      response.write(textDelta('half'));
    }
  });
  const run = startCommand({ url }, terminal);
  run.stdin.write('one\r');
  await vi.waitFor(() => expect(run.output()).toContain('half'));
  run.stdin.write(ctrlC);
  await vi.waitFor(() => expect(closed).toBeDefined());
  await closed;
  run.stdin.write('two\r');
  await vi.waitFor(() => expect(run.output()).toContain('second\n'));
  run.stdin.write(ctrlD);
  expect(await run.code).toBe(0);
  expect(requests[1]?.messages).toEqual([
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'half' },
    { role: 'user', content: 'two' },
  ]);
});

test('Ctrl+C at the prompt clears the line and goes on', async () => {
  const { url, requests } = await startChatStandIn((response) =>
    response.end(textDelta('ok') + responseEnd()),
  );
  const run = startCommand({ url }, terminal);
  run.stdin.write(`never mind${ctrlC}`);
  await vi.waitFor(() => expect(run.output()).toContain('(Ctrl+D ends the conversation)'));
  run.stdin.write('one\r');
  await vi.waitFor(() => expect(run.output()).toContain('ok\n'));
  run.stdin.write(ctrlD);
  expect(await run.code).toBe(0);
  expect(requests.map(({ messages }) => messages)).toEqual([[{ role: 'user', content: 'one' }]]);
});

test('an error is shown and forgotten: the conversation goes on without that turn', async () => {
  let calls = 0;
  const { url, requests } = await startChatStandIn((response) => {
    calls += 1;
    if (calls === 1)
      response.end(textDelta('half') + frame({ type: 'error', error: { message: 'it broke' } }));
    else response.end(textDelta('ok') + responseEnd());
  });
  const run = startCommand({ url }, terminal);
  run.stdin.write('one\r');
  await vi.waitFor(() => expect(run.errors()).toBe('chatd chat: it broke\n'));
  run.stdin.write('two\r');
  await vi.waitFor(() => expect(run.output()).toContain('ok\n'));
  run.stdin.write(ctrlD);
  expect(await run.code).toBe(0);
  expect(requests[1]?.messages).toEqual([{ role: 'user', content: 'two' }]);
});

test('an interrupt from outside ends the conversation with exit code 130', async () => {
  const interrupt = new AbortController();
  const run = startCommand({ url: await closedAddress(), signal: interrupt.signal }, terminal);
  await vi.waitFor(() => expect(run.output()).toContain('> '));
  interrupt.abort();
  expect(await run.code).toBe(130);
});

const reasoned = frame({ type: 'reasoning_delta', delta: 'Let me see' }) + textDelta('ok') + responseEnd();

test('reasoning is shown on a terminal, beside the answer', async () => {
  const { url } = await startChatStandIn((response) => response.end(reasoned));
  const run = startCommand({ url, text: 'Hi' }, { stdout: true, stderr: true });
  expect(await run.code).toBe(0);
  expect(run.output()).toBe('ok\n');
  expect(stripVTControlCharacters(run.errors())).toBe('Let me see\n\n');
});

test('reasoning is not shown when the answer goes into a pipe', async () => {
  const { url } = await startChatStandIn((response) => response.end(reasoned));
  const run = startCommand({ url, text: 'Hi' }, { stderr: true });
  expect(await run.code).toBe(0);
  expect(run.output() + run.errors()).toBe('ok\n');
});

test('an answer cannot steer the terminal, and a pipe gets it as it is', async () => {
  const hostile = 'a\u001b]52;c;ZXZpbA==\u0007b\u009b2Jc\n';
  const { url } = await startChatStandIn((response) => {
    const half = hostile.length / 2;
    response.end(textDelta(hostile.slice(0, half)) + textDelta(hostile.slice(half)) + responseEnd());
  });
  const onTerminal = startCommand({ url, text: 'Hi' }, { stdout: true });
  expect(await onTerminal.code).toBe(0);
  expect(onTerminal.output()).toBe('a]52;c;ZXZpbA==b2Jc\n');
  const inPipe = startCommand({ url, text: 'Hi' });
  expect(await inPipe.code).toBe(0);
  expect(inPipe.output()).toBe(hostile);
});
