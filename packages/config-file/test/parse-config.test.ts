import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError, isConfigError, parseConfig, readConfigFile } from '../src/index.js';

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isConfigError(error)) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
};

const parse = (text: string) => parseConfig(text, 'lakehouse.toml');

const sample = `
[models]
local_fast = "qwen3:4b"
"a.b" = ["one", "two"]

[chatd.providers.ollama]
use = "@lakehouse/provider-ollama"
  timeouts = { connect = "3s", idle = "1m" }
limits.parallel = 4

[[rules]]
name = "first"
[[rules]]
name = "second"
ratio = 0.5
on = true
`;

test('the value is the plain content of the file', () => {
  expect(parse(sample).value).toStrictEqual({
    models: { local_fast: 'qwen3:4b', 'a.b': ['one', 'two'] },
    chatd: {
      providers: {
        ollama: {
          use: '@lakehouse/provider-ollama',
          timeouts: { connect: '3s', idle: '1m' },
          limits: { parallel: 4 },
        },
      },
    },
    rules: [{ name: 'first' }, { name: 'second', ratio: 0.5, on: true }],
  });
});

test('every path has its line and column, of the key and of the value', () => {
  const document = parse(sample);
  const ollama = ['chatd', 'providers', 'ollama'];
  expect(document.locate(['models', 'local_fast'])).toEqual({ line: 3, column: 14 });
  expect(document.locate(['models', 'local_fast'], 'key')).toEqual({ line: 3, column: 1 });
  expect(document.locate(['models', 'a.b', 1])).toEqual({ line: 4, column: 17 });
  expect(document.locate([...ollama, 'timeouts', 'idle'], 'key')).toEqual({ line: 8, column: 32 });
  expect(document.locate([...ollama, 'timeouts'], 'key')).toEqual({ line: 8, column: 3 });
  expect(document.locate([...ollama, 'limits', 'parallel'], 'key')).toEqual({ line: 9, column: 8 });
  expect(document.locate(ollama)).toEqual({ line: 6, column: 18 });
  expect(document.locate(['rules', 1, 'ratio'])).toEqual({ line: 15, column: 9 });
  expect(document.locate(['rules', 1])).toEqual({ line: 13, column: 3 });
});

test('a path that is not there is located at the nearest table above it', () => {
  const document = parse(sample);
  expect(document.locate(['chatd', 'providers', 'ollama', 'url'])).toEqual({ line: 6, column: 18 });
  expect(document.locate(['gateway', 'bind'])).toBeUndefined();
});

test('a caller can report problems of its own', () => {
  const document = parse(sample);
  const problem = document.problem(['models', 'a.b', 0], 'no such model');
  expect(new ConfigError([problem, document.problem(['gateway'], 'missing')]).message).toBe(
    'lakehouse.toml:4:10: models."a.b"[0]: no such model\nlakehouse.toml: gateway: missing',
  );
});

test.each([
  ['a = 1\na = 2', '2:1: not valid TOML: this key or table is defined twice'],
  ['[a]\nb = 1\n[a]', '3:2: not valid TOML: this key or table is defined twice'],
  ['[a]\nb = \n', '3:1: not valid TOML: a value is missing'],
  ['a = "x', '1:7: not valid TOML: Unterminated string constant'],
  [
    '[t]\nwhen = 2024-05-27',
    '2:8: t.when: expected a string, a number or a boolean, found a date; put it in quotes',
  ],
  [
    't = [1, 07:32:00]',
    '1:9: t[1]: expected a string, a number or a boolean, found a date; put it in quotes',
  ],
  ['n = 9007199254740993', '1:5: n: expected an integer of at most 9007199254740991'],
])('%j is refused with line and column', (text, message) => {
  expect(messageOf(() => parse(text))).toBe(`lakehouse.toml:${message}`);
});

test.each([
  '__proto__ = 1',
  '[__proto__]\npolluted = 1',
  'a = { __proto__ = { polluted = 1 } }',
  '[[x.__proto__]]',
])('%j cannot reach a prototype', (text) => {
  expect(messageOf(() => parse(text))).toContain('__proto__: this name cannot be used as a key');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('names of inherited members are ordinary keys', () => {
  const { value } = parse('constructor.prototype.polluted = 1\n[toString]\nvalueOf = 2');
  expect(Object.keys(value)).toEqual(['constructor', 'toString']);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('hostile nesting is refused', () => {
  expect(messageOf(() => parse(`a = ${'['.repeat(100)}${']'.repeat(100)}`))).toContain('nested too deeply');
  const dotted = Array.from({ length: 200 }, () => 'a').join('.');
  expect(messageOf(() => parse(`${dotted} = 1\n[b.${dotted}]`))).toContain('nested too deeply');
  const bottomless = 100_000;
  expect(messageOf(() => parse(`a = ${'['.repeat(bottomless)}${']'.repeat(bottomless)}`))).toContain(
    'nested',
  );
});

const marks = [
  '=',
  ' ',
  '\n',
  '\r\n',
  '[',
  ']',
  '[[',
  ']]',
  '{',
  '}',
  ',',
  '.',
  '#',
  "'",
  '"',
  '"""',
  '\\u12',
];
const words = [
  'a',
  'b.c',
  '"q"',
  '1',
  '0x1',
  '1e9',
  'nan',
  'true',
  '1979-05-27',
  '__proto__',
  '\u0000',
  '\ud800',
];
const fragment = fc.constantFrom(...marks, ...words);

test('no text makes anything but a document or a ConfigError', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (input) => {
      try {
        return typeof parse(input).value === 'object';
      } catch (error) {
        return isConfigError(error);
      }
    }),
    { numRuns: 3000 },
  );
});

test('a file that cannot be read, or is not UTF-8, is one line', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'config-file-'));
  const file = path.join(folder, 'lakehouse.toml');
  try {
    expect(messageOf(() => readConfigFile(file))).toBe(`${file}: cannot be read (ENOENT)`);
    expect(messageOf(() => readConfigFile(folder))).toBe(`${folder}: cannot be read (EISDIR)`);
    writeFileSync(file, Buffer.from([0x61, 0x3d, 0x22, 0xff, 0x22]));
    expect(messageOf(() => readConfigFile(file))).toBe(`${file}: is not valid UTF-8`);
    writeFileSync(file, '\ufeffa = 1'); // editors on Windows write a byte order mark
    expect(readConfigFile(file).value).toEqual({ a: 1 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
