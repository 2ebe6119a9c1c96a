import { parseToolArguments } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingArguments, GrowingText } from '../src/growing-text.js';
import { jsonObject } from './support/arbitraries.js';

const growing = (...pieces: readonly string[]): GrowingArguments => {
  const text = new GrowingArguments();
  for (const piece of pieces) text.add(piece);
  return text;
};

/** So many pieces that a second look at what came before, for each of them, would take minutes. */
const pieces = 200_000;

describe('a growing text', () => {
  it('is taken piece by piece, and stays whole', () => {
    const text = new GrowingText();
    text.add('Hel');
    expect([text.begun, text.take(), text.begun]).toEqual([false, 'Hel', true]);
    text.add('lo');
    expect([text.take(), text.take(), text.text]).toEqual(['lo', '', 'Hello']);
  });

  it('costs no more at its end than at its beginning', { timeout: 15_000 }, () => {
    const text = new GrowingText();
    let taken = 0;
    for (let index = 0; index < pieces; index += 1) {
      text.add('abcd');
      taken += text.take().length;
    }
    expect([taken, text.text.length]).toEqual([4 * pieces, 4 * pieces]);
  });
});

describe('growing arguments', () => {
  it('cost no more at their end than at their beginning', { timeout: 15_000 }, () => {
    const text = growing('{"a":[');
    for (let index = 0; index < pieces; index += 1) {
      text.add('{},');
      text.takeBegun();
      if (text.complete) throw new Error('they are not complete');
    }
    text.add('0]}');
    expect(text.complete).toBe(true);
  });

  it('are complete when they are an object, however they were cut', () => {
    fc.assert(
      fc.property(jsonObject, fc.string(), fc.integer({ min: 1, max: 5 }), (object, more, size) => {
        const text = growing();
        for (const whole of [JSON.stringify(object), more]) {
          for (let start = 0; start < whole.length; start += size) {
            text.add(whole.slice(start, start + size));
            const isObject = typeof parseToolArguments(text.text) !== 'string';
            expect(text.complete).toBe(isObject && !text.absent);
          }
        }
      }),
    );
  });

  it.each(['{"a":"}"', '{"a":"\\"}', '[1]', '{} x', '{]', '"}"', '}{', 'null', ''])(
    'are not complete as %j',
    (given) => {
      expect(growing(...given.split('')).complete).toBe(false);
    },
  );

  it('wait where they are not going to be an object', () => {
    expect([growing(' ', 'null').takeBegun(), growing('[1').takeBegun()]).toEqual(['', '']);
    expect(growing(' ', '{"a').takeBegun()).toBe(' {"a');
  });

  it.each(['', ' ', 'null', ' null '])('are absent as %j', (given) => {
    expect(growing(given).absent).toBe(true);
  });
});
