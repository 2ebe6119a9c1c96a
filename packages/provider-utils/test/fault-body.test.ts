import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpt, readFault, readFaultBody } from '../src/index.js';

const nested = (depth: number): string => `${'{"error":'.repeat(depth)}"deep"${'}'.repeat(depth)}`;

/** The shapes that servers are known to send. */
const shapes: readonly (readonly [string, string, readonly string[]])[] = [
  ['{"error":{"message":"m","type":"t","param":null,"code":"c"}}', 'm', ['c', 't']],
  ['{"error":{"message":"m","code":400},"user_id":"u"}', 'm', ['400']],
  ['{"error":{"message":"m","code":null}}', 'm', []],
  ['{"error":"m"}', 'm', []],
  ['[{"error":{"message":"m","status":"S"}}]', 'm', ['S']],
  ['{"message":"m"}', 'm', []],
  ['{"detail":"m"}', 'm', []],
  [
    '{"detail":[{"loc":["body","messages",0],"msg":"m","type":"t","input":"PROMPT"}]}',
    'body.messages.0: m',
    ['t'],
  ],
  ['{"object":"error","message":"m","type":"t","code":7}', 'm', ['7', 't']],
  ['{"code":"c","error":"m"}', 'm', ['c']],
  ['{"type":"error","error":{"type":"t","message":"m"}}', 'm', ['error', 't']],
  ['{"errors":[{"message":"m"},{"message":"n"}]}', 'm', []],
  ['{"error":{"message":"{\\"error\\":{\\"message\\":\\"m\\",\\"code\\":\\"c\\"}}"}}', 'm', ['c']],
  ['{"error":"{\\"error\\":{\\"code\\":400,\\"message\\":\\"m\\",\\"type\\":\\"t\\"}}"}', 'm', ['400', 't']],
  ['{"error":{"message":"m","metadata":{"raw":"{\\"message\\":\\"inner\\"}","error_type":"e"}}}', 'm', ['e']],
  [
    '{"error":{"code":"content_filter","message":"m","innererror":{"code":"Policy"}}}',
    'm',
    ['content_filter', 'Policy'],
  ],
  ['{"error":{"message":"m","failed_generation":"PROMPT"}}', 'm', []],
  ['{"error":{"code":"c"}}', 'c', ['c']],
  ['{"error":{"message":{"detail":"m"}}}', 'm', []],
  ['{"error":{"message":" "}}', 'no message', []],
  ['"m"', 'm', []],
  ['{}', 'no message', []],
  ['[]', 'no message', []],
  ['{"error":null}', 'no message', []],
  ['', 'empty body', []],
  [' \n', 'empty body', []],
  ['plain\n text', 'plain text', []],
  ['{"cut":', '{"cut":', []],
  ['<html><head><title>Bad\n gateway</title></head><body>PROMPT</body></html>', 'Bad gateway', []],
  ['<!DOCTYPE html><body><h1 class="x">Sorry</h1>PROMPT</body>', 'Sorry', []],
  ['<html><title></title><body>PROMPT</body>', 'a page of markup instead of an answer', []],
  ['<?xml version="1.0"?><Error><Code>PROMPT</Code></Error>', 'a page of markup instead of an answer', []],
];

describe('readFaultBody', () => {
  it.each(shapes)('%s says %j', (body, message, codes) => {
    const fault = readFaultBody(body);
    expect(fault).toMatchObject({ message, codes });
    expect(JSON.stringify(fault)).not.toContain('PROMPT');
  });

  it('gives a message of one line and at most 300 characters for any body', () => {
    const json = fc.json().map((text) => `{"error":${text}}`);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 2000 }), json, fc.json()), (body) => {
        const { message } = readFaultBody(body);
        expect(message.length).toBeGreaterThan(0);
        expect(message.length).toBeLessThanOrEqual(300);
        expect(message).not.toMatch(/[\p{Cc}\n]/u);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['deep nesting', nested(50_000)],
    [
      'JSON in JSON in JSON',
      Array.from({ length: 12 }).reduce<string>((text) => JSON.stringify({ error: text }), 'x'),
    ],
    ['a huge list', JSON.stringify(Array.from({ length: 200_000 }, () => ({ message: 'm' })))],
    ['a huge page', `<html>${'<h1'.repeat(500_000)}`],
    ['a huge text', ' a'.repeat(5_000_000)],
  ])('is quick with %s', (_, body) => {
    const startedAt = performance.now();
    expect(readFaultBody(body).message.length).toBeLessThanOrEqual(300);
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});

describe('readFault', () => {
  it('shows the rules the messages and codes of all levels', () => {
    const { words } = readFault({
      error: { message: 'outer', code: 7, metadata: { raw: '{"message":"inner"}' } },
    });
    expect(words).toBe('7\nouter\ninner');
  });

  it('survives an object that contains itself', () => {
    const loop: Record<string, unknown> = { message: 'm' };
    loop.error = loop;
    expect(readFault(loop).message).toBe('m');
  });
});

describe('excerpt', () => {
  it('never cuts a character in half', () => {
    const text = '🌍'.repeat(40);
    for (let length = 2; length < 20; length += 1) {
      const cut = excerpt(text, length);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(cut.isWellFormed()).toBe(true);
    }
  });

  it('takes out what a terminal would obey', () => {
    expect(excerpt('a\u001b[31mb\u0000c\td')).toBe('a [31mb c d');
  });
});
