import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJsonBytes } from '../src/json-bytes.js';

const kibi = 1024;

/** As text, because that of two large Buffers is what a failure can be read from. */
const written = (value: unknown): string => Buffer.concat(toJsonBytes(value)).toString();

/** Characters of one to four bytes, what JSON escapes in two and in six, and halves of a pair. */
const unit = fc.constantFrom('a', 'é', '—', '😀', '"', '\\', '\n', '\u0001', '\u2028', '\ud83d', '\ude00');
const bit = fc.string({ unit, minLength: 1, maxLength: 40 });

/** Long enough to be written in several pieces, whose ends are anywhere in what repeats. */
const longText = fc
  .record({ bit, characters: fc.integer({ min: 2 * kibi, max: 80 * kibi }) })
  .map(({ bit, characters }) => bit.repeat(Math.ceil(characters / bit.length)));

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    { arbitrary: fc.oneof(longText, bit, fc.double(), fc.boolean(), fc.constant(null)), weight: 3 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }), weight: 1 },
    { arbitrary: fc.dictionary(fc.oneof(bit, fc.constantFrom('__proto__', '7')), tie('value')), weight: 1 },
  ),
})).value;

describe('JSON as bytes', () => {
  it('is what JSON.stringify gives, whatever is long', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(written(value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 150 },
    );
  });

  it('leaves the value as it is', () => {
    const text = 'é'.repeat(100 * kibi);
    const value = Object.freeze({
      messages: Object.freeze([Object.freeze({ role: 'user', content: text })]),
    });
    expect(written(value)).toBe(JSON.stringify(value));
    expect(value.messages[0]?.content).toBe(text);
  });

  it('comes in pieces of which none is as large as the whole', () => {
    const pieces = toJsonBytes({ text: '—'.repeat(kibi * kibi) });
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(128 * kibi);
  });

  const text = '—'.repeat(100 * kibi);
  const toRaw = Reflect.get(JSON, 'rawJSON') as (json: string) => unknown; // newer than the types
  it.each<[string, unknown]>([
    ['a text alone', text],
    ['a text that no level holds', JSON.parse(`${'['.repeat(50)}"${text}"${']'.repeat(50)}`)],
    ['a member that JSON leaves out', { text, not: undefined, nor: () => text, last: 1 }],
    ['a hole in a list', Object.assign([], { length: 3, 1: text })],
    ['a value with a form of its own', { text, toJSON: () => ({ short: text.length }) }],
    ['such a value within', { text, at: new Date(0), url: new URL('http://example.test') }],
    ['an object of a class', Object.assign(new (class Message {})(), { text })],
    ['members that are inherited', Object.create({ text }, { own: { value: text, enumerable: true } })],
    ['a text in an object', { text: Object(text) }],
    ['a list of another class', { list: new (class List extends Array<unknown> {})(text, 1) }],
    ['a list that lost its class', { list: Object.setPrototypeOf([text, 1], Object.prototype) }],
    ['JSON that is written already', { text, raw: toRaw(JSON.stringify(text)) }],
    ['texts that are the same', { first: text, second: text, list: [text, text] }],
  ])('%s', (_name, value) => {
    expect(written(value)).toBe(JSON.stringify(value));
  });

  it('what holds itself, be it many times, is refused', () => {
    const value: unknown[] = [text];
    for (let times = 0; times < 200; times += 1) value.push(value, { value });
    expect(() => toJsonBytes({ value })).toThrow(TypeError);
  });

  it('many texts and what lies between them are joined', () => {
    const message = { role: 'user', content: 'é'.repeat(3 * kibi) };
    const value = { messages: Array.from({ length: 200 }, () => message) };
    const pieces = toJsonBytes(value);
    expect(Buffer.concat(pieces).toString()).toBe(JSON.stringify(value));
    expect(Math.min(...pieces.slice(0, -1).map(({ length }) => length))).toBeGreaterThan(32 * kibi);
  });

  it('a number that JSON cannot hold is refused', () => {
    expect(() => toJsonBytes({ text, number: 1n })).toThrow(TypeError);
  });
});
