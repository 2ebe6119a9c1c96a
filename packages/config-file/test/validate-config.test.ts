import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import {
  bindAddress,
  byteSize,
  checkConfig,
  duration,
  isConfigError,
  parseConfig,
  validateConfig,
} from '../src/index.js';

const schema = z.strictObject({
  chatd: z
    .strictObject({
      bind: bindAddress.default({ host: '127.0.0.1', port: 3220 }),
      retry: z
        .strictObject({ attempts: z.int().min(1).optional(), base_delay: duration.optional() })
        .optional(),
      max_body: byteSize.optional(),
      default_provider: z.string().min(1, 'expected a provider id'),
    })
    .optional(),
  models: z
    .record(
      z.string().regex(/^\w+$/, 'expected a name of letters, digits and "_"'),
      z.union([
        z.string(),
        z.array(z.string()),
        z.strictObject({
          targets: z.array(z.string()),
          strategy: z.enum(['fallback', 'weighted']).optional(),
        }),
      ]),
    )
    .optional(),
});

const linesOf = (text: string, check: z.ZodType = schema): readonly string[] => {
  try {
    validateConfig(parseConfig(text, 'lakehouse.toml'), check);
  } catch (error) {
    if (isConfigError(error)) return error.message.split('\n');
    throw error;
  }
  throw new Error('nothing was thrown');
};

test('the data has the type and the defaults of the schema', () => {
  const data = validateConfig(
    parseConfig('[chatd]\ndefault_provider = "ollama"\nretry.base_delay = "2s"', 'f'),
    schema,
  );
  expectTypeOf(data).toEqualTypeOf<z.output<typeof schema>>();
  expect(data).toEqual({
    chatd: {
      bind: { host: '127.0.0.1', port: 3220 },
      default_provider: 'ollama',
      retry: { base_delay: 2000 },
    },
  });
});

test('an unknown key is an error with its place and a suggestion', () => {
  expect(linesOf('[chatd]\ndefault_provider = "ollama"\n  retri = {}')).toEqual([
    'lakehouse.toml:3:3: chatd.retri: unknown key; did you mean "retry"?',
  ]);
  expect(linesOf('[chatd]\ndefaultProvider = "ollama"\ndefault_provider = "x"\nzzz = 1')).toEqual([
    'lakehouse.toml:2:1: chatd.defaultProvider: unknown key; did you mean "default_provider"?',
    'lakehouse.toml:4:1: chatd.zzz: unknown key; expected one of bind, retry, max_body, default_provider',
  ]);
});

test('a missing key is reported at its table', () => {
  expect(linesOf('\n[chatd]\nmax_body = "1MiB"')).toEqual([
    'lakehouse.toml:2:2: chatd.default_provider: missing; expected a string',
  ]);
});

test('every problem has its line', () => {
  const text = '[chatd]\ndefault_provider = 3\nretry = { attempts = 1.5, base_delay = 3 }\nbind = "3220"';
  expect(linesOf(text)).toEqual([
    'lakehouse.toml:4:8: chatd.bind: expected an address and a port such as "127.0.0.1:3220", "[::1]:3220" or "localhost:3220"',
    'lakehouse.toml:3:22: chatd.retry.attempts: expected a whole number, found a number',
    'lakehouse.toml:3:40: chatd.retry.base_delay: expected a duration with a unit such as "500ms", "3s", "2m" or "1h", found a number',
    'lakehouse.toml:2:20: chatd.default_provider: expected a string, found a number',
  ]);
});

test("a schema's own message wins", () => {
  expect(linesOf('[chatd]\ndefault_provider = ""')).toEqual([
    'lakehouse.toml:2:20: chatd.default_provider: expected a provider id',
  ]);
});

test('in a union the option of the right type says what is wrong', () => {
  const text = '[models.judge]\ntargets = ["a"]\nstrateg = "fallback"\nstrategy = "weigted"';
  expect(linesOf(text)).toEqual([
    'lakehouse.toml:4:12: models.judge.strategy: expected "fallback" or "weighted"',
    'lakehouse.toml:3:1: models.judge.strateg: unknown key; did you mean "strategy"?',
  ]);
  expect(linesOf('models.judge = 3')).toEqual([
    'lakehouse.toml:1:16: models.judge: expected a string, an array, or a table, found a number',
  ]);
});

test('an unknown variant names the known ones', () => {
  const variants = z.strictObject({
    store: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('memory') }),
      z.strictObject({ type: z.literal('redis'), url: z.string() }),
    ]),
  });
  expect(linesOf('store = { type = "rediss" }', variants)).toEqual([
    'lakehouse.toml:1:18: store.type: expected "memory" or "redis"',
  ]);
});

test('a wrong name in a free table is reported at the name', () => {
  expect(linesOf('[models]\n"a b" = "x"')).toEqual([
    'lakehouse.toml:2:1: models."a b": expected a name of letters, digits and "_"',
  ]);
});

test('values never appear in messages: they may be keys in the wrong place', () => {
  const canary = 'sk-canary-0123456789';
  const text = `[chatd]\ndefault_provider = "o"\nbind = "${canary}"\nmax_body = "${canary}"\nretry = "${canary}"
[models.x]\ntargets = "${canary}"\nstrategy = "${canary}"`;
  const lines = linesOf(text);
  expect(lines).toHaveLength(5);
  expect(lines.join('\n')).not.toContain(canary);
});

test('a part of the file, or another value in its place, can be checked alone', () => {
  const document = parseConfig(
    '[chatd.providers.lab]\nuse = "x"\nurll = "http://localhost"',
    'lakehouse.toml',
  );
  const options = z.strictObject({ url: z.string() });
  const at = ['chatd', 'providers', 'lab'];
  const checked = checkConfig(document, options, { at, value: { urll: 'http://localhost' } });
  expect(checked.success ? [] : checked.problems.map(({ path, message }) => [path, message])).toEqual([
    [[...at, 'url'], 'missing; expected a string'],
    [[...at, 'urll'], 'unknown key; did you mean "url"?'],
  ]);
  expect(validateConfig(document, z.looseObject({ use: z.string() }), { at })).toMatchObject({ use: 'x' });
});

test('a number that is none is told as what it is', () => {
  const weights = z.strictObject({ weight: z.number() });
  expect(linesOf('weight = inf', weights)).toEqual([
    'lakehouse.toml:1:10: weight: expected a number, found inf or nan',
  ]);
});

test("a misspelt key of the host's own is recognised beside those of the schema", () => {
  const document = parseConfig('[lab]\nconcurency = 4\nzzz = 1\nnested = { zzz = 1 }', 'lakehouse.toml');
  const options = z.strictObject({
    url: z.string().optional(),
    nested: z.strictObject({ depth: z.number().optional() }).optional(),
  });
  const checked = checkConfig(document, options, { at: ['lab'], alsoKnown: ['concurrency'] });
  expect(
    checked.success ? [] : checked.problems.map(({ path, message }) => [path.join('.'), message]),
  ).toEqual([
    ['lab.nested.zzz', 'unknown key; expected depth'],
    ['lab.concurency', 'unknown key; did you mean "concurrency"?'],
    ['lab.zzz', 'unknown key; expected one of concurrency, url, nested'],
  ]);
});
