import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseConfig } from '@lakehouse/config-file';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discover, type Finding } from '../src/commands/discover.js';
import { runInit } from '../src/commands/init.js';
import { chooseDefault, renderConfig } from '../src/commands/render-config.js';
import { type ChatdConfig, readChatdConfig } from '../src/config.js';
import { startStubServer } from './support/stub-server.js';
import { temporaryFolder } from './support/temporary-folder.js';
import { wellKnownAt } from './support/well-known-at.js';

const keyFile = (id: string): string => path.join(tmpdir(), 'there-is-no-such-folder', `${id}.env`);

const load = (text: string): ChatdConfig => readChatdConfig(parseConfig(text, 'lakehouse.toml'));
const ids = (config: ChatdConfig): readonly string[] => config.providers.map(({ id }) => id).sort();

/** What somebody gets who removes every `#` that switches a row off. */
const switchedOn = (text: string): string => text.replace(/^#(?=\S)/gm, '');

const findAll = async (): Promise<readonly Finding[]> =>
  discover({ wellKnown: await wellKnownAt({}), environment: {}, keyFile });

test('every combination of findings gives a config that loads with what was found, as written and switched on', async () => {
  const all = await findAll();
  const sought = all.filter(({ kind }) => kind !== 'built-in');
  expect(sought.length).toBeGreaterThan(5);
  for (let mask = 0; mask < 2 ** sought.length; mask += 1) {
    const findings = all.map((finding) => {
      const index = sought.indexOf(finding);
      return index < 0 ? finding : { ...finding, found: (mask & (1 << index)) !== 0 };
    });
    const fallback = chooseDefault(findings, 'ollama');
    const text = renderConfig(findings, fallback);
    const config = load(text);
    const expected = new Set([...findings.filter(({ found }) => found).map(({ id }) => id), fallback.id]);
    expect(ids(config)).toEqual([...expected].sort());
    expect(config.defaultProvider).toBe(fallback.id);
    expect(config.bind).toEqual({ host: '127.0.0.1', port: 3220 });
    const everything = load(switchedOn(text));
    expect(ids(everything)).toEqual(all.map(({ id }) => id).sort());
    expect(Object.keys(everything.models)).toHaveLength(1);
  }
});

test('whatever a server calls its version and models, the file loads and says the same', async () => {
  const all = await findAll();
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a\n[chatd]\nbind="0.0.0.0:1"', '\u007f', '"'),
  );
  fc.assert(
    fc.property(name, fc.array(name, { maxLength: 8 }), (why, models) => {
      const findings = all.map((finding) => ({ ...finding, found: true, why, models }));
      const text = renderConfig(findings, chooseDefault(findings, 'ollama'));
      expect(ids(load(text))).toEqual(all.map(({ id }) => id).sort());
      expect(load(text).bind.host).toBe('127.0.0.1');
      expect(ids(load(switchedOn(text)))).toEqual(all.map(({ id }) => id).sort());
    }),
  );
});

test('a local server takes the bare names before a hosted provider, and the usual one when there is nothing', async () => {
  const all = await findAll();
  const withFound = (...found: readonly string[]): string =>
    chooseDefault(
      all.map((finding) => ({ ...finding, found: found.includes(finding.id) })),
      'ollama',
    ).id;
  expect(withFound('openrouter', 'vllm')).toBe('vllm');
  expect(withFound('openrouter', 'guide')).toBe('openrouter');
  expect(withFound('guide')).toBe('ollama');
});

const init = async (
  file: string,
  environment: Readonly<Record<string, string>> = {},
  addresses: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> => {
  let output = '';
  const write = (text: string): void => {
    output += text;
  };
  const code = await runInit({ file, environment, wellKnown: await wellKnownAt(addresses), write, keyFile });
  return { code, output };
};

test('it writes what was found, says why for the rest, and names the next command', async () => {
  const url = await startStubServer((_request, response) => response.end('{"version":"0.12.3"}'));
  const file = path.join(temporaryFolder(), 'lakehouse.toml');
  const { code, output } = await init(file, { KIMI_API_KEY: 'sk-canary' }, { ollama: url });
  const text = readFileSync(file, 'utf8');
  expect(code).toBe(0);
  expect(ids(load(text))).toEqual(['guide', 'kimi', 'ollama']);
  expect(load(text).providers.find(({ id }) => id === 'ollama')?.options).toEqual({ url });
  expect(load(text).providers.find(({ id }) => id === 'kimi')?.options).toEqual({
    preset: 'kimi',
    key_env: 'KIMI_API_KEY',
  });
  expect(text).toContain(`# Version 0.12.3 answers on ${url}.\n[chatd.providers.ollama]`);
  expect(text).toContain('# Its key is there: environment variable KIMI_API_KEY.\n[chatd.providers.kimi]');
  expect(text).toMatch(
    /# It has no key: set OPENROUTER_API_KEY .*\n#\[chatd\.providers\.openrouter\]\n#use = /,
  );
  expect(output).toContain(`yes  Ollama           version 0.12.3 answers on ${url}\n`);
  expect(output).toContain(`chatd --config ${file}\n`);
  expect(text + output).not.toContain('canary');
});

test('a file that is there stays as it is', async () => {
  const file = path.join(temporaryFolder(), 'lakehouse.toml');
  writeFileSync(file, '# mine\n');
  const { code, output } = await init(file);
  expect(code).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe('# mine\n');
  expect(output).toBe(
    `${file} was not written: it is already there, and init never changes a file; name another one or move it away\n`,
  );
});

test('a folder that does not exist is said, and not made', async () => {
  const file = path.join(temporaryFolder(), 'missing', 'lakehouse.toml');
  const { code, output } = await init(file);
  expect(code).toBe(1);
  expect(output).toBe(`${file} was not written: its folder does not exist\n`);
  expect(existsSync(path.dirname(file))).toBe(false);
});

test('with nothing found the file still loads, and the output says what to do', async () => {
  const file = path.join(temporaryFolder(), "it's a test.toml");
  const { code, output } = await init(file);
  expect(code).toBe(0);
  expect(load(readFileSync(file, 'utf8')).defaultProvider).toBe('ollama');
  expect(output).toContain('No model was found: start a server, or set a key that the file names.\n');
  expect(output).toContain(`--config '${file.replace("'", `'\\''`)}'\n`);
  expect(output).toContain('chatd chat guide/help ');
});
