import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { scriptedPlugin } from './support/scripted-plugin.js';
import { get, post, type RunningService, startService } from './support/service.js';

let service: RunningService;

beforeAll(async () => {
  service = await startService(
    '[chatd]\ndefault_provider = "scripted"\n[chatd.providers.scripted]\nuse = "./scripted.mjs"\n',
    {},
    { 'scripted.mjs': scriptedPlugin },
  );
});
afterEach(async () => {
  // Whatever was sent, the process still answers, and nothing is held open.
  expect((await get(service, '/healthz')).status).toBe(200);
  await expect.poll(() => service.drain.inFlight).toBe(0);
});
afterAll(() => service.close());

const user = (content: unknown) => ({ model: 'echo', messages: [{ role: 'user', content }] });
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Sends bytes as they are and returns everything that comes back until the server closes. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port, hostname } = new URL(service.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (piece: Buffer) => {
      answer += piece.toString('latin1');
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });

describe('the body', () => {
  it.each([
    ['is not JSON', '{"model":', 400, /not valid JSON/],
    ['is empty', '', 400, /not valid JSON/],
    ['is a JSON string', '"hello"', 400, /object/],
    ['is an array', '[]', 400, /object/],
    ['is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, /UTF-8/],
  ])('%s', async (_name, body, status, message) => {
    const answer = await post(service, body);
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({
      error: { code: 'invalid-request', message: expect.stringMatching(message) },
    });
  });

  it.each([
    ['another content type', { 'content-type': 'text/plain' }],
    ['a content encoding', { 'content-encoding': 'zstd' }],
  ])('with %s is 415', async (_name, headers) => {
    const answer = await post(service, user('x'), { headers });
    expect(answer.status).toBe(415);
    expect(answer.json()).toMatchObject({ error: { code: 'invalid-request' } });
  });

  it('of 100 MB is 413 while it is still being sent, and the client sees that answer', async () => {
    const answer = await post(service, Buffer.alloc(100_000_000, 0x20));
    expect(answer.status).toBe(413);
    expect(answer.json()).toMatchObject({
      error: { code: 'invalid-request', message: expect.stringContaining('larger than 32MiB') },
    });
  });

  it('of 100 MB without a stated length is 413 too', async () => {
    const head =
      'POST /v1/chat HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n';
    const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
    expect(await raw(`${head}${chunk.repeat(40)}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('of 20 MB passes', async () => {
    const answer = await post(service, {
      ...user('x'),
      model: 'endless-nothing',
      messages: [{ role: 'user', content: 'y'.repeat(20_000_000) }],
    });
    expect(answer.json()).toMatchObject({ error: { code: 'bad-response' } }); // it reached the provider, which says nothing
  });
});

describe('nesting of 100,000 levels', () => {
  it.each([
    [
      'in an unknown field',
      `{"model":"echo","messages":[{"role":"user","content":"x"}],"extra":${nested(100_000)}}`,
      200,
    ],
    [
      'in a schema',
      `{"model":"echo","messages":[{"role":"user","content":"x"}],"format":${nested(100_000)}}`,
      400,
    ],
    [
      'in the parameters of a tool',
      `{"model":"echo","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":${nested(100_000)}}}]}`,
      400,
    ],
    [
      'in provider options',
      `{"model":"echo","messages":[{"role":"user","content":"x"}],"provider_options":{"scripted":${nested(100_000)}}}`,
      400,
    ],
    ['in the content', `{"model":"echo","messages":[{"role":"user","content":${nested(100_000)}}]}`, 400],
    ['as the whole body', nested(100_000), 400],
    ['as arrays', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400],
  ])('%s does not exhaust the stack', async (_name, body, status) => {
    const answer = await post(service, body);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('call stack');
  });
});

describe('text that is no text', () => {
  it.each([
    ['a lone surrogate', '{"model":"echo","messages":[{"role":"user","content":"a\\ud800b"}]}', 'a\ud800b'],
    ['NUL', '{"model":"echo","messages":[{"role":"user","content":"a\\u0000b"}]}', 'a\u0000b'],
  ])('%s reaches the provider as it was sent', async (_name, body, content) => {
    expect((await post(service, body)).json()).toMatchObject({ content });
  });
});

describe('keys with a meaning of their own', () => {
  it('__proto__ and constructor do nothing but be reported', async () => {
    const body =
      '{"model":"echo","__proto__":{"polluted":1},"messages":[{"role":"user","content":"x","__proto__":{"polluted":1}}],"constructor":{"prototype":{"polluted":1}}}';
    const answer = await post(service, body);
    expect(answer.status).toBe(200);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(answer.json()).toMatchObject({
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'parameter-dropped' })]),
    });
  });

  it('of duplicate keys the last one counts, as everywhere in JavaScript', async () => {
    const body = '{"model":"throw","model":"echo","messages":[{"role":"user","content":"x"}]}';
    expect((await post(service, body)).json()).toMatchObject({ model: 'echo' });
  });
});

describe('sizes that are legal', () => {
  it('10,000 messages are taken', async () => {
    const messages = Array.from({ length: 10_000 }, (_, index) => ({
      role: 'user',
      content: `message ${index}`,
    }));
    expect((await post(service, { model: 'echo', messages })).json()).toMatchObject({
      content: 'message 9999',
    });
  });

  it('10,000 unknown fields are reported without an answer of their size', async () => {
    const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`field_${index}`, 1]));
    const answer = await post(service, { ...user('x'), ...fields });
    expect(answer.status).toBe(200);
    expect(answer.text.length).toBeLessThan(10_000);
  });
});

describe('the request id', () => {
  it('of the caller is kept when it is sane', async () => {
    expect(
      (await post(service, user('x'), { headers: { 'x-request-id': 'a.b_c:d-1' } })).headers['x-request-id'],
    ).toBe('a.b_c:d-1');
  });

  it.each([
    ['white space', 'a b'],
    ['quotes', 'a"b'],
    ['a Latin-1 letter', 'é'],
    ['129 characters', 'x'.repeat(129)],
  ])('with %s is replaced', async (_name, id) => {
    const answer = await post(service, user('x'), { headers: { 'x-request-id': id } });
    expect(answer.headers['x-request-id']).toMatch(/^req_[0-9a-f-]{36}$/);
  });

  it.each(['\n', '\r', '\0'])('with %j does not get through, and adds no header', async (character) => {
    const answer = await raw(
      `GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-request-id: a${character}x-injected: 1\r\n\r\n`,
    );
    expect(answer).not.toMatch(/^x-injected/im);
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400)/);
  });
});

describe('a caller that goes away', () => {
  it('ends all requests that it had sent on the same connection, those in line too', async () => {
    const { port, hostname } = new URL(service.url);
    const body = JSON.stringify({ ...user('a long answer'), model: 'slow:1000' });
    const one = `POST /v1/chat HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const socket = connect(Number(port), hostname, () => socket.write(one.repeat(3)));
    await expect.poll(() => service.drain.inFlight).toBe(3);
    socket.destroy();
    await expect.poll(() => service.drain.inFlight).toBe(0);
    await expect
      .poll(() => service.logs.slice(-3).map(({ outcome }) => outcome))
      .toEqual(Array(3).fill('aborted'));
  });

  it('while it sends its body leaves nothing behind', async () => {
    const { port, hostname } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /v1/chat HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"model"',
    );
    await expect.poll(() => service.drain.inFlight).toBe(1);
    socket.destroy();
    await expect.poll(() => service.drain.inFlight).toBe(0);
    await sleep(10);
    expect(service.logs.at(-1)).toMatchObject({ outcome: 'aborted' });
  });
});
