import type { JsonObject } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { toGrammarSchema } from '../src/grammar-schema.js';

const convert = (schema: JsonObject) => toGrammarSchema(schema, (message) => new Error(message));

describe('a schema becomes what the library knows', () => {
  it.each<[string, JsonObject, object]>([
    [
      'an object allows only its properties',
      { type: 'object', properties: { a: { type: 'null' } } },
      { type: 'object', properties: { a: { type: 'null' } }, additionalProperties: false },
    ],
    [
      'an object that names none allows any',
      { type: 'object' },
      { type: 'object', properties: {}, additionalProperties: true },
    ],
    [
      'a property that is only required is anything',
      { required: ['a'] },
      { type: 'object', properties: { a: { oneOf: [{}, {}, {}] } } },
    ],
    [
      'types in a list are alternatives',
      { type: ['array', 'null'], items: { type: 'string' } },
      { oneOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] },
    ],
    [
      'anyOf is what the library calls oneOf',
      { anyOf: [{ const: 1 }, { enum: ['a'] }] },
      { oneOf: [{ enum: [1] }, { enum: ['a'] }] },
    ],
    [
      'a reference is written out',
      { $defs: { 'a/b': { type: 'boolean' } }, items: { $ref: '#/$defs/a~1b' } },
      { type: 'array', items: { type: 'boolean' } },
    ],
    ['an empty schema is anything', {}, { oneOf: [{}, {}, {}] }],
    ['a date is a date', { type: 'string', format: 'date' }, { type: 'string', format: 'date' }],
    ['a description stays', { type: 'string', description: 'd' }, { type: 'string', description: 'd' }],
  ])('%s', (_what, schema, expected) => {
    const made = convert(schema);
    expect(made.schema).toMatchObject(expected);
    expect(made.unenforced).toEqual([]);
  });

  it('tells what it does not hold an answer to, and where', () => {
    const { unenforced } = convert({
      type: 'object',
      properties: {
        a: { type: 'integer', minimum: 1, multipleOf: 2 },
        b: { type: 'string', format: 'email', pattern: 'x' },
        c: { type: 'array', uniqueItems: true, maxItems: 9_999, items: { type: 'string', maxLength: 501 } },
      },
      minProperties: 1,
    });
    expect(unenforced.toSorted()).toEqual([
      'format at /properties/b',
      'maxItems at /properties/c',
      'maxLength at /properties/c/items',
      'minProperties at /',
      'minimum at /properties/a',
      'multipleOf at /properties/a',
      'pattern at /properties/b',
      'uniqueItems at /properties/c',
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ['composition', { properties: { a: { allOf: [] } } }, '"allOf" at /properties/a'],
    ['a circle', { $ref: '#/$defs/a', $defs: { a: { items: { $ref: '#/$defs/a' } } } }, 'leads in a circle'],
    ['another document', { $ref: 'https://example.com/a' }, 'leads elsewhere'],
    ['a reference to nothing', { $ref: '#/$defs/a' }, 'at / is neither an object nor true'],
    ['a fixed object', { const: { a: 1 } }, 'fixed values at /'],
    ['false', { items: false }, 'at /items'],
  ])('refuses %s', (_what, schema, message) => {
    expect(() => convert(schema)).toThrow(message);
  });

  it('refuses references that multiply', () => {
    const pair = (name: string): JsonObject => ({
      prefixItems: [{ $ref: `#/$defs/${name}` }, { $ref: `#/$defs/${name}` }],
    });
    const names = Array.from({ length: 30 }, (_, index) => `d${index}`);
    const $defs = Object.fromEntries(names.map((name, index) => [name, pair(names[index + 1] ?? 'end')]));
    expect(() => convert({ $ref: '#/$defs/d0', $defs: { ...$defs, end: { type: 'null' } } })).toThrow(
      'more than 2000 parts',
    );
  });
});
