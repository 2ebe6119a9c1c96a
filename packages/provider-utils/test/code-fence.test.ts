import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodeFenceFilter } from '../src/index.js';

const filtered = (pieces: readonly string[]): string => {
  const filter = createCodeFenceFilter();
  return [...pieces.map((piece) => filter.push(piece)), filter.end()].join('');
};

const cut = (text: string, sizes: readonly number[]): string[] => {
  const pieces: string[] = [];
  let start = 0;
  for (const size of sizes) {
    pieces.push(text.slice(start, start + size));
    start += size;
  }
  return [...pieces, text.slice(start)];
};

describe('createCodeFenceFilter', () => {
  it.each([
    ['```json\n{"a":1}\n```', '{"a":1}'],
    ['```\n{}\n```\n', '{}'],
    ['\n  ```json \r\n{}\r\n``` \n\n', '{}'],
    ['```c++\nint a;\n```', 'int a;'],
    ['```json\n{"code":"```js\\n```"}\n```', '{"code":"```js\\n```"}'],
    ['```md\n```js\n1\n```\n```', '```js\n1\n```'],
    ['```json\n{"a":', '{"a":'],
    ['```json\n{}\n``', '{}\n``'],
    ['```json\n{}\n````', '{}\n`'],
    ['```json\n```', ''],
    ['```\n', ''],
    ['```json\n{}\n```\nThat is all.', '{}\n```\nThat is all.'],
  ])('%j becomes %j', (text, expected) => {
    expect(filtered([text])).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '`',
    '```',
    '```json',
    '{}',
    ' {}\n',
    '``json\n{}',
    'Sure:\n```json\n{}\n```',
    '```a b\n{}\n```',
    '🌍',
  ])('leaves %j as it is', (text) => {
    expect(filtered([text])).toBe(text);
    expect(filtered(text.split(''))).toBe(text);
  });

  it('gives the same however the text is cut', () => {
    const part = fc.constantFrom(
      '```',
      '`',
      'json',
      '\n',
      '\r\n',
      ' ',
      '{"a":1}',
      'x',
      '🌍',
      '```json\n',
      '\n```',
    );
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(5)), (parts, sizes) => {
        const text = parts.join('');
        expect(filtered(cut(text, sizes))).toBe(filtered([text]));
      }),
      { numRuns: 2000 },
    );
  });

  it('passes text that does not begin with a fence byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(4)), (text, sizes) => {
        fc.pre(!text.trimStart().startsWith('```'));
        expect(filtered(cut(text, sizes))).toBe(text);
      }),
    );
  });

  it('holds nothing back that is certain', () => {
    const filter = createCodeFenceFilter();
    expect(filter.push('```json\n{"a"')).toBe('{"a"');
    expect(filter.push(': 1}\n')).toBe(': 1}');
    expect(filter.push(' x')).toBe('\n x');
  });

  it.each([
    ['before a fence', ''],
    ['inside one', '```json\n'],
  ])('takes linear time for endless white space %s, which models that lost their way write', (_, start) => {
    const filter = createCodeFenceFilter();
    const startedAt = performance.now();
    let length = filter.push(start).length;
    for (let count = 0; count < 300_000; count += 1) length += filter.push('\n').length;
    length += filter.push('x').length;
    expect(length).toBe(300_001);
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});
