import { expect, it } from 'vitest';
import { parseToolArguments } from '../src/index.js';

it.each([
  ['{"a":1}', { a: 1 }],
  [' {"a":1}\n', { a: 1 }],
  ['', {}],
  ['  ', {}],
  ['null', {}],
  ['[1]', '[1]'],
  ['5', '5'],
  ['"text"', '"text"'],
  ['{"a":', '{"a":'],
])('reads %j', (text, expected) => {
  expect(parseToolArguments(text)).toEqual(expected);
});

it('keeps a "__proto__" argument a plain value', () => {
  const value = parseToolArguments('{"__proto__":{"polluted":true}}');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect({}).not.toHaveProperty('polluted');
});

it('leaves nesting that would exhaust the stack of whoever writes it again as text', () => {
  const levels = 100_000;
  const text = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  expect(parseToolArguments(text)).toBe(text);
});
