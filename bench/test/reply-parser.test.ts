import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReplyParser } from '../load/reply-parser.mjs';

const read = (pieces: readonly Buffer[]) => {
  const replies: { status: number; body: string }[] = [];
  let current = { status: 0, body: '' };
  const parser = createReplyParser({
    onStatus: (status: number) => {
      current = { status, body: '' };
    },
    onBody: (bytes: Buffer) => {
      current.body += bytes.toString('latin1');
    },
    onEnd: () => replies.push(current),
  });
  for (const piece of pieces) parser.push(piece);
  return replies;
};

const replies = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello' +
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\ntrailer: 1\r\n\r\n' +
    'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n',
);
const expected = [
  { status: 200, body: 'hello' },
  { status: 200, body: 'abc0123456789' },
  { status: 503, body: '' },
];

describe('replies', () => {
  it('with a length, in chunks and without a body are told apart', () => {
    expect(read([replies])).toEqual(expected);
  });

  it('are the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: replies.length - 1 }), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.toSorted((left, right) => left - right), replies.length];
        const pieces = places.slice(1).map((end, index) => replies.subarray(places[index], end));
        expect(read(pieces)).toEqual(expected);
      }),
    );
    expect(read([...replies].map((byte) => Buffer.of(byte)))).toEqual(expected);
  });

  it('that are cut are not over', () => {
    expect(read([replies.subarray(0, 40)])).toEqual([]);
  });

  it('without a length or chunks are refused', () => {
    expect(() => read([Buffer.from('HTTP/1.1 200 OK\r\n\r\n')])).toThrow('neither a length nor chunks');
    expect(() => read([Buffer.from('SSH-2.0\r\n\r\n')])).toThrow('no reply of HTTP/1.1');
  });
});
