import { performance } from 'node:perf_hooks';
import type { JsonObject } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { checkFormat, formatInstruction } from '../src/index.js';

const person: JsonObject = {
  type: 'object',
  properties: { name: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
  required: ['name'],
};

describe('formatInstruction', () => {
  it('asks for JSON, and repeats a schema', () => {
    expect(formatInstruction('json')).toContain('one JSON value');
    expect(formatInstruction(person)).toContain(JSON.stringify(person));
  });
});

describe('checkFormat', () => {
  it('is content with any JSON value for "json"', () => {
    expect(checkFormat('json', ' [1] ')).toBeUndefined();
    expect(checkFormat('json', 'Sure: {}')).toMatchObject({ code: 'answer-mismatch', parameter: 'format' });
    expect(checkFormat('json', '')?.message).toBe('The answer is not JSON');
  });

  it('says where an answer leaves its schema, without repeating it', () => {
    expect(checkFormat(person, '{"name":"Ada","tags":["x"],"more":1}')).toBeUndefined();
    expect(checkFormat(person, '{"name":"Ada","tags":["x",7]}')?.message).toBe(
      'The answer does not satisfy the schema at tags.1',
    );
    expect(checkFormat(person, '"secret text"')?.message).toBe('The answer does not satisfy the schema');
  });

  it.each<[JsonObject, unknown, boolean]>([
    [{ type: 'object', required: ['a'] }, {}, false],
    [{ required: ['a'] }, {}, false],
    [{ required: ['a'] }, 'not an object', true],
    [{ properties: { a: { type: 'string' } } }, { a: 1 }, false],
    [{ properties: { a: { required: ['b'] } }, type: 'object' }, { a: {} }, false],
    [{ type: 'object', properties: {}, additionalProperties: false }, { b: 1 }, false],
    [{ allOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1 }, false],
    [{ type: 'object', properties: { a: { default: { required: ['b'] } } } }, { a: {} }, true],
    [{ $defs: { x: { type: 'string' } }, properties: { a: { $ref: '#/$defs/x' } } }, { a: 1 }, false],
    [{ oneOf: [{ type: 'number' }, { type: 'integer' }] }, 1, false],
    [{ type: 'array', prefixItems: [{ type: 'string' }] }, [1], false],
    [{ type: 'array', items: { type: 'integer' }, minItems: 2 }, [1], false],
    [{ type: ['string', 'null'] }, null, true],
    [{ minimum: 5 }, 3, false],
    [{ minimum: 5 }, 'not a number', true],
    [{ minLength: 3 }, 'a', false],
    [{ pattern: '^x' }, 'a', false],
    [{ pattern: '^x', minimum: 5 }, 'x', true],
    [{ pattern: '^x', minimum: 5 }, 4, false],
    [{ items: { type: 'number' } }, ['a'], false],
    [{ items: { minimum: 5 } }, [7, 'x', 4], false],
    [{ maxItems: 1 }, [1, 2], false],
    [{ type: 'array', maxItems: 1 }, [1, 2], false],
    [{ contains: { minimum: 5 } }, [1], false],
    [{ minProperties: 1 }, {}, false],
    [{ properties: { a: { default: 1 } }, required: ['a'] }, {}, false],
    [{ type: 'string', enum: ['abc'], minLength: 9 }, 'abc', false],
    [{ type: 'string', enum: ['a', 1] }, 1, false],
    [{ type: 'string', enum: ['a', 1] }, 'a', true],
    [{ anyOf: [{ type: 'string' }], oneOf: [{ type: 'number' }] }, 1, false],
    [{ anyOf: [{ type: 'object' }], required: ['a'] }, {}, false],
    [{ $ref: '#/$defs/a', minLength: 3, $defs: { a: { type: 'string' } } }, 'x', false],
    [{ type: 'object', additionalProperties: false, properties: { a: { enum: ['x'] } } }, { a: 'x' }, true],
    [
      { type: 'object', additionalProperties: false, properties: { a: { type: 'string', enum: ['x'] } } },
      { a: 'y' },
      false,
    ],
    [{ description: 'anything', title: 'x' }, 1, true],
    [
      {
        type: 'object',
        additionalProperties: false,
        properties: { a: { $ref: '#/$defs/a', description: 'x', 'x-order': 1 } },
        $defs: { a: { type: 'object', properties: {}, additionalProperties: false } },
      },
      { a: {} },
      true,
    ],
    [{ type: 'array', prefixItems: [{}], items: false }, [1, 2], false],
    [{ type: ['integer', 'null'], enum: [1, null, 'x'] }, 'x', false],
    [{ type: ['integer', 'null'], enum: [1, null, 'x'] }, null, true],
  ])('holds %j against %j: %s', (schema, value, satisfied) => {
    const warning = checkFormat(schema, JSON.stringify(value));
    if (satisfied) expect(warning).toBeUndefined();
    else expect(warning).toMatchObject({ code: 'answer-mismatch' });
  });

  it('tells an answer that cannot be checked from one that is wrong', () => {
    const schemas: JsonObject[] = [
      { type: 'object', dependentRequired: { a: ['b'] } },
      { type: 'object', properties: { a: { const: [1] } } },
      { dependencies: { a: ['b'] } },
      { minProperties: 1, not: { required: ['b'] } },
      {
        allOf: [
          { type: 'object', properties: { b: {} }, additionalProperties: false },
          { type: 'object', properties: { a: {} } },
        ],
      },
    ];
    for (const schema of schemas) {
      expect(checkFormat(schema, '{"a":[1]}')).toMatchObject({
        code: 'other',
        message: expect.stringContaining('could not be checked'),
      });
    }
  });

  it('follows references within the schema, also to itself', () => {
    const tree: JsonObject = {
      $defs: {
        node: { type: 'object', properties: { child: { $ref: '#/$defs/node' }, n: { type: 'number' } } },
      },
      $ref: '#/$defs/node',
    };
    expect(checkFormat(tree, '{"child":{"child":{"n":1}}}')).toBeUndefined();
    expect(checkFormat(tree, '{"child":{"child":{"n":"x"}}}')?.message).toContain('child.child.n');
  });
});

const nested = (depth: number): string => `${'{"c":'.repeat(depth)}1${'}'.repeat(depth)}`;

const deep = (depth: number): JsonObject => {
  let schema: JsonObject = { type: 'string' };
  for (let level = 0; level < depth; level += 1) schema = { type: 'object', properties: { c: schema } };
  return schema;
};

const doubling: JsonObject = {
  $defs: Object.fromEntries(
    Array.from({ length: 40 }, (_, level) => [
      `a${level}`,
      level === 0
        ? { type: 'number' }
        : { allOf: [{ $ref: `#/$defs/a${level - 1}` }, { $ref: `#/$defs/a${level - 1}` }] },
    ]),
  ),
  $ref: '#/$defs/a39',
};

const hostile: Readonly<Record<string, { schema: JsonObject; answer: string }>> = {
  'a pattern that backtracks for ever': {
    schema: { type: 'string', pattern: '^(a+)+$' },
    answer: JSON.stringify(`${'a'.repeat(60)}!`),
  },
  'a property pattern that backtracks for ever': {
    schema: { type: 'object', patternProperties: { '^(a+)+$': { type: 'number' } } },
    answer: JSON.stringify({ [`${'a'.repeat(60)}!`]: 1 }),
  },
  'a pattern that is none': { schema: { type: 'string', pattern: '(' }, answer: '"x"' },
  'a huge pattern': { schema: { type: 'string', pattern: '(a|b)'.repeat(200_000) }, answer: '"x"' },
  'references that multiply': { schema: doubling, answer: '1' },
  'references that multiply with the depth of the answer': {
    schema: {
      $defs: {
        a: { type: 'object', properties: { c: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } } },
      },
      $ref: '#/$defs/a',
    },
    answer: nested(50),
  },
  'a reference to itself alone': {
    schema: { $defs: { a: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
    answer: '1',
  },
  'references in a circle': {
    schema: {
      $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { anyOf: [{ $ref: '#/$defs/a' }] } },
      $ref: '#/$defs/a',
    },
    answer: '1',
  },
  'a remote reference': { schema: { $ref: 'http://127.0.0.1:9/schema.json' }, answer: '1' },
  'a reference that leads nowhere': { schema: { $ref: '#/$defs/none' }, answer: '1' },
  'a very deep schema': { schema: deep(20_000), answer: nested(20_000) },
  'a keyword with a value of another type': {
    schema: { type: 7, properties: 'x', required: null } as unknown as JsonObject,
    answer: '{}',
  },
};

describe('checkFormat, with a schema made to do harm', () => {
  it.each(Object.entries(hostile))('neither hangs nor throws: %s', (_, { schema, answer }) => {
    const startedAt = performance.now();
    const warning = checkFormat(schema, answer);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(warning?.code).toBe('other');
  });

  it('still checks after it had to stop a check', () => {
    checkFormat({ type: 'string', pattern: '^(a+)+$' }, JSON.stringify(`${'a'.repeat(60)}!`));
    expect(checkFormat(person, '{"name":"Ada"}')).toBeUndefined();
    expect(checkFormat({ type: 'string', pattern: '^a+$' }, '"b"')?.message).toContain('does not satisfy');
  });
});
