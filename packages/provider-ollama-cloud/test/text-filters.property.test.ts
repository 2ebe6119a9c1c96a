import { createCodeFenceFilter, type TextFilter } from '@lakehouse/provider-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainFilters, createLabelFilter } from '../src/text-filters.js';

const through = (filter: TextFilter, pieces: readonly string[]): string =>
  pieces.map((piece) => filter.push(piece)).join('') + filter.end();

const text = fc
  .array(
    fc.constantFrom('Assistant:', 'Assis', 'tant', ':', ' ', '\n', '```json\n', '{"a":1}', '\n```', 'A', 'x'),
    {
      maxLength: 8,
    },
  )
  .map((pieces) => pieces.join(''));

/** A text, and the same text cut anywhere. */
const cut = fc
  .tuple(text, fc.array(fc.nat(40), { maxLength: 6 }))
  .map(([whole, offsets]): [string, string[]] => {
    const sorted = [0, ...offsets.map((offset) => Math.min(offset, whole.length)).sort((a, b) => a - b)];
    return [whole, sorted.map((start, index) => whole.slice(start, sorted[index + 1]))];
  });

describe('the label filter', () => {
  it('says the same however the text is cut', () => {
    fc.assert(
      fc.property(cut, ([whole, pieces]) => {
        expect(through(createLabelFilter(), pieces)).toBe(through(createLabelFilter(), [whole]));
      }),
    );
  });

  it('takes one label off, and nothing from a text without one', () => {
    fc.assert(
      fc.property(cut, ([whole, pieces]) => {
        const labelled = /^\s*Assistant:\s*/.exec(whole)?.[0] ?? '';
        expect(through(createLabelFilter(), pieces)).toBe(whole.slice(labelled.length));
      }),
    );
  });

  it('holds nothing back once it is clear that there is no label', () => {
    const filter = createLabelFilter();
    expect(filter.push('Ass')).toBe('');
    expect(filter.push('essment')).toBe('Assessment');
    expect(filter.push(' Assistant:')).toBe(' Assistant:');
  });

  it('does not wait for a label behind endless blank lines', () => {
    const blank = '\n'.repeat(1_000);
    const pieces = `${blank}Assistant: x`.split('');
    expect(through(createLabelFilter(), pieces)).toBe(`${blank}Assistant: x`);
    expect(through(createLabelFilter(), [`${blank}Assistant: x`])).toBe(`${blank}Assistant: x`);
    const filter = createLabelFilter();
    for (let pushed = 0; pushed < 256; pushed += 1) filter.push('\n');
    expect(filter.push('\n')).toBe('\n');
  });

  it('takes off any white space behind the label without holding it', () => {
    expect(through(createLabelFilter(), ['Assistant:', ...Array<string>(1_000).fill('\n'), 'x ', ' y'])).toBe(
      'x  y',
    );
  });
});

describe('a chain of filters', () => {
  it('says the same however the text is cut', () => {
    const chain = (): TextFilter => {
      const filters = chainFilters([createLabelFilter(), createCodeFenceFilter()]);
      if (!filters) throw new Error('two filters make a chain');
      return filters;
    };
    fc.assert(
      fc.property(cut, ([whole, pieces]) => {
        expect(through(chain(), pieces)).toBe(through(chain(), [whole]));
      }),
    );
    expect(through(chain(), ['Assistant: ```json\n{"a":1}\n```'])).toBe('{"a":1}');
  });

  it('is none when there is nothing to chain', () => {
    expect(chainFilters([])).toBeUndefined();
  });
});
