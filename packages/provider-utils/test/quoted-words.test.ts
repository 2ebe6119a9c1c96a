import type { ChatError } from '@lakehouse/chat-core';
import { afterEach, expect, it } from 'vitest';
import {
  createNdjsonDecoder,
  createSseDecoder,
  createUpstream,
  type Decoder,
  decodeBody,
  ToolCallAssembler,
  toFrameError,
  toHttpError,
  type Upstream,
} from '../src/index.js';
import { failure, stream } from './support/call.js';
import { type RawServer, startRawServer } from './support/raw-server.js';

const canary = 'CANARY_words';
const ok = 'HTTP/1.1 200 OK\r\n';
let server: RawServer;
let upstream: Upstream;
afterEach(async () => {
  await upstream.close();
  await server.close();
});

/** What a call of a server that answers with these bytes ends in. */
const errorOf = async (bytes: string, decoder: Decoder<unknown>): Promise<ChatError> => {
  server = await startRawServer((socket) => socket.end(bytes));
  upstream = createUpstream({ provider: 'example', baseUrl: server.url, limits: { bodyBytes: 200 } });
  return failure(
    (async () => {
      const response = await upstream.request(stream());
      if (response.status !== 200) throw await toHttpError(response, { provider: 'example' });
      if (response.mediaType === 'application/json') await response.json();
      for await (const value of decodeBody(response.body, decoder)) {
        if (JSON.stringify(value).includes('error')) throw toFrameError(value, { provider: 'example' });
        const calls = new ToolCallAssembler();
        calls.push(value as object);
        calls.end();
      }
    })(),
  );
};

const refused = (status: number, body: string, headers = ''): string =>
  `HTTP/1.1 ${status} No\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;

/** Whether the message quotes the upstream. */
const answers: Readonly<Record<string, readonly [bytes: string, quotes: boolean]>> = {
  'something that is not HTTP': [`${canary}\r\n\r\n`, false],
  'a malformed header': [`${ok}${canary} ${canary}\r\n\r\n`, false],
  'a malformed chunk': [`${ok}transfer-encoding: chunked\r\n\r\n${canary}\r\n`, false],
  'a cut body': [`${ok}content-length: 99\r\n\r\n${canary}`, false],
  'a body that is not compressed as it says': [`${ok}content-encoding: gzip\r\n\r\n${canary}`, false],
  'malformed JSON': [`${ok}content-type: application/json\r\n\r\n{"${canary}`, false],
  'a body above the limit': [`${ok}content-type: application/json\r\n\r\n${canary.repeat(99)}`, false],
  'a malformed line': [`${ok}\r\n${canary}\n`, false],
  'a line above the limit': [`${ok}\r\n${canary.repeat(99)}\n`, false],
  'a call without a name': [`${ok}\r\n{"id":"${canary}","arguments":"${canary}"}\n`, false],
  'an error line': [`${ok}\r\n{"error":"${canary}"}\n`, true],
  'an error with a code alone': [`${ok}\r\n{"error":{"code":"${canary}"}}\n`, true],
  'an error of JSON': [refused(400, JSON.stringify({ error: { message: canary } })), true],
  'an error of text': [refused(500, canary), true],
  'an error page': [refused(500, `<html><title>${canary}</title></html>`), true],
  'a page without a title': [refused(500, `<html>${canary}</html>`), false],
  'an empty error': [refused(503, ''), false],
  'a redirect': [refused(302, '', `location: https://example.com/${canary}\r\n`), true],
};

it.each(Object.entries(answers))(
  '%s: a message that quotes it has an excerpt',
  async (_, [bytes, quotes]) => {
    const error = await errorOf(bytes, createNdjsonDecoder(400));
    expect(error.code).not.toBe('internal');
    expect(error.message.includes(canary)).toBe(quotes);
    if (quotes) expect(error.bodyExcerpt).toContain(canary);
  },
);

it('an event above the limit is not quoted', async () => {
  const error = await errorOf(`${ok}\r\ndata: ${canary.repeat(99)}\n\n`, createSseDecoder(400));
  expect(error).toMatchObject({ code: 'bad-response' });
  expect(error.message).not.toContain(canary);
});
