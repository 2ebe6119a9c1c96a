import { performance } from 'node:perf_hooks';
import { everySplit } from '@lakehouse/provider-testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineDecoder, createNdjsonDecoder, createSseDecoder, type Decoder } from '../src/index.js';

const decode = <Item>(decoder: Decoder<Item>, pieces: Iterable<Uint8Array>): Item[] => {
  const items: Item[] = [];
  for (const piece of pieces) items.push(...decoder.push(piece));
  return [...items, ...decoder.end()];
};

const singly = (bytes: Uint8Array): Uint8Array[] => [...bytes].map((byte) => Uint8Array.of(byte));

/** The items of a text, which have to be the same wherever its bytes are cut. */
const everywhere = <Item>(create: () => Decoder<Item>, text: string): Item[] => {
  const bytes = Buffer.from(text);
  const whole = decode(create(), [bytes]);
  expect(decode(create(), singly(bytes)), 'in single bytes').toEqual(whole);
  for (const pieces of everySplit(bytes)) {
    expect(decode(create(), pieces), `cut after byte ${pieces[0]?.length}`).toEqual(whole);
  }
  return whole;
};

const badResponse = expect.objectContaining({ code: 'bad-response' }) as unknown;

describe('createLineDecoder', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['\n\na\n\n', ['', '', 'a', '']],
    ['ä🌍\nüé', ['ä🌍', 'üé']],
    ['a\r\nb\r\n', ['a\r', 'b\r']],
    ['\uFEFFa\n\uFEFFb\n', ['a', '\uFEFFb']],
    ['\uFEFF', ['']],
  ])('%j has the lines %j', (text, lines) => {
    expect(everywhere(createLineDecoder, text)).toEqual(lines);
  });

  it('gives a line as soon as it ends', () => {
    const decoder = createLineDecoder();
    expect(decoder.push(Buffer.from('a\nb'))).toEqual(['a']);
    expect(decoder.push(Buffer.from('c\n'))).toEqual(['bc']);
    expect(decoder.end()).toEqual([]);
  });

  it('keeps nothing of a piece whose memory is used again', () => {
    const decoder = createLineDecoder();
    const piece = Buffer.from('ab');
    decoder.push(piece);
    piece.fill('x');
    expect(decoder.push(Buffer.from('\n'))).toEqual(['ab']);
  });

  it('refuses a line above the limit, pending or complete, and takes one of the limit', () => {
    expect(createLineDecoder(4).push(Buffer.from('abcd\n'))).toEqual(['abcd']);
    expect(() => createLineDecoder(4).push(Buffer.from('abcde\n'))).toThrow(badResponse);
    expect(() => createLineDecoder(4).push(Buffer.from('abcde'))).toThrow(badResponse);
    expect(() => decode(createLineDecoder(4), singly(Buffer.from('abcd')))).not.toThrow();
    expect(() => decode(createLineDecoder(4), singly(Buffer.from('abcde')))).toThrow(badResponse);
  });

  it('gives the same lines for any bytes, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (pieces) => {
        const lines = Buffer.concat(pieces)
          .toString('utf8')
          .replace(/^\uFEFF/, '')
          .split('\n');
        if (lines.at(-1) === '') lines.pop();
        expect(decode(createLineDecoder(), pieces)).toEqual(lines);
      }),
    );
  });
});

describe('createNdjsonDecoder', () => {
  it('reads objects, passes over blank lines, and takes a last line without its end', () => {
    expect(everywhere(createNdjsonDecoder, '\uFEFF{"a":"ä"}\n\n \r\n[1]\r\n{"b":null}')).toEqual([
      { a: 'ä' },
      [1],
      { b: null },
    ]);
  });

  it.each(['next', 'end'] as const)(
    'gives what comes before a malformed line, and throws then (%s)',
    (then) => {
      const decoder = createNdjsonDecoder();
      expect(decoder.push(Buffer.from('{"error":"busy"}\ngarbage\n{"lost":1}\n'))).toEqual([
        { error: 'busy' },
      ]);
      expect(() => (then === 'end' ? decoder.end() : decoder.push(Buffer.from('{}\n')))).toThrow(badResponse);
    },
  );

  it('refuses a line that is not JSON without repeating it', () => {
    const decoder = createNdjsonDecoder();
    try {
      decoder.push(Buffer.from('secret prompt\n'));
      expect.unreachable();
    } catch (error) {
      expect(error).toEqual(badResponse);
      expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain('secret');
    }
    expect(() => decode(createNdjsonDecoder(), [Buffer.from('{"cut":')])).toThrow(badResponse);
  });
});

describe('createSseDecoder', () => {
  it.each([
    ['data: a\n\n', [{ data: 'a' }]],
    ['data:a\n\ndata:  b\n\n', [{ data: 'a' }, { data: ' b' }]],
    ['event: x\ndata: ä🌍\n\n', [{ event: 'x', data: 'ä🌍' }]],
    ['data: a\ndata: b\n\n', [{ data: 'a\nb' }]],
    ['data: a\r\n\r\ndata: b\r\n\r\n', [{ data: 'a' }, { data: 'b' }]],
    ['data: a\r\rdata: b\r\r', [{ data: 'a' }, { data: 'b' }]],
    ['data: a\r\ndata: b\r\n\r\n', [{ data: 'a\nb' }]],
    ['\uFEFFdata: a\n\n', [{ data: 'a' }]],
    [': comment\n\n:\n\ndata: a\n: between\ndata: b\n\n: after\n\n', [{ data: 'a\nb' }]],
    ['id: 1\nretry: 5\ndata: a\n\n', [{ data: 'a' }]],
    ['data: a', [{ data: 'a' }]],
    ['data: a\n', [{ data: 'a' }]],
    ['data: a\r\n', [{ data: 'a' }]],
    ['data: a\r', [{ data: 'a' }]],
    ['event: x\n\ndata: a\n\n', [{ data: 'a' }]],
    ['data\n\n', [{ data: '' }]],
    ['unknown: 1\ndata: a\nnothing\n\n', [{ data: 'a' }]],
    ['error: {"message":"x"}\n\n', [{ event: 'error', data: '{"message":"x"}' }]],
    ['data: a\n\nerror: b\n', [{ data: 'a' }, { event: 'error', data: 'b' }]],
    ['', []],
    ['\n\n\n', []],
  ])('%j has the events %j', (text, events) => {
    expect(everywhere(createSseDecoder, text)).toEqual(events);
  });

  it('gives an event as soon as its blank line is there', () => {
    const decoder = createSseDecoder();
    expect(decoder.push(Buffer.from('data: a\n'))).toEqual([]);
    expect(decoder.push(Buffer.from('\n'))).toEqual([{ data: 'a' }]);
  });

  it.each([
    ['an unfinished line', `data: ${'x'.repeat(200)}`],
    ['a complete event', `data: ${'x'.repeat(200)}\n\n`],
    ['an event of many lines', 'data: xxxxx\n'.repeat(40)],
    ['a comment without end', `:${'x'.repeat(200)}`],
    ['an unknown field without end', 'x'.repeat(200)],
  ])('refuses %s above the limit', (_, text) => {
    const bytes = Buffer.from(text);
    expect(() => decode(createSseDecoder(100), [bytes])).toThrow(badResponse);
    expect(() => decode(createSseDecoder(100), singly(bytes))).toThrow(badResponse);
  });

  it('gives the same events for any mixture of lines, cut anywhere', () => {
    const line = fc.constantFrom(
      'data: a',
      'data:',
      'data: 🌍',
      'event: e',
      ': c',
      'id: 1',
      'error: x',
      '',
      '',
      'junk',
    );
    const end = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end)), fc.array(fc.nat(9)), (lines, sizes) => {
        const bytes = Buffer.from(lines.map((parts) => parts.join('')).join(''));
        let start = 0;
        const pieces = sizes.map((size) => {
          start += size;
          return bytes.subarray(start - size, start);
        });
        pieces.push(bytes.subarray(start));
        expect(decode(createSseDecoder(), pieces)).toEqual(decode(createSseDecoder(), [bytes]));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a line of a megabyte in tiny pieces takes linear time', () => {
  const pieces = (prefix: string): Uint8Array[] => [
    Buffer.from(prefix),
    ...Array.from({ length: 350_000 }, () => Buffer.from('xyz')),
  ];

  it.each([
    ['lines', createLineDecoder, ''],
    ['events', createSseDecoder, 'data: '],
  ] as const)('of %s', (_, create, prefix) => {
    const input = pieces(prefix);
    const startedAt = performance.now();
    expect(decode<unknown>(create(), input)).toHaveLength(1);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
