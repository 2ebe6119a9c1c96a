import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../src/load.js';
import { createRuntime } from '../src/runtime.js';
import { echoPlugin, folderWith } from './support/plugin-folder.js';

const environment = {};

const boot = async (toml: string, files: Record<string, string> = {}) => {
  const folder = folderWith({ 'echo.mjs': echoPlugin, ...files, 'lakehouse.toml': toml });
  const warnings: string[] = [];
  const config = loadConfig({ environment, cwd: folder });
  const runtime = await createRuntime(config, { environment, warn: (message) => warnings.push(message) });
  await runtime.close();
  return { config, runtime, warnings };
};

const echo = '[chatd.providers.echo]\nuse = "./echo.mjs"\n';
const failure = (toml: string, files?: Record<string, string>): Promise<string> =>
  boot(toml, files).then(
    () => 'it booted',
    (error: Error) => error.message,
  );

describe('a config that is right', () => {
  it('has defaults for everything but the providers', async () => {
    const { config, runtime } = await boot(echo);
    expect(config).toMatchObject({
      bind: { host: '127.0.0.1', port: 3220 },
      totalMs: 180_000,
      drainMs: 30_000,
      maxBodyBytes: 32 * 1024 * 1024,
      models: {},
    });
    expect([...runtime.instances.keys()]).toEqual(['echo']);
  });

  it('limits of the operator go before those of the plugin, and those of one provider before the common ones', async () => {
    const { runtime } = await boot(
      `[chatd.timeouts]\nidle = "7s"\nfirst_content = "9s"\n${echo}timeouts = { idle = "3s" }\n`,
    );
    expect(runtime.instances.get('echo')?.timeouts).toMatchObject({ idleMs: 3000, firstContentMs: 9000 });
  });

  it('leaves the tables of other parts of the lakehouse alone', async () => {
    await expect(
      boot(`[storage]\nbucket = "raw"\n[gateway]\nbind = "127.0.0.1:1"\n${echo}`),
    ).resolves.toBeDefined();
  });

  it('warns when no provider takes a name without a prefix', async () => {
    const { config } = await boot(echo);
    expect(config.warnings).toEqual([expect.stringContaining('name one as default_provider under [chatd]')]);
    const named = await boot(`[chatd]\ndefault_provider = "echo"\n${echo}`);
    expect(named.config.warnings).toEqual([]);
  });

  it('a config without a provider is told where one is written', async () => {
    const { config } = await boot('[providers.echo]\nuse = "./echo.mjs"\n');
    expect(config.warnings).toEqual([
      'no provider is configured: each one is a table such as [chatd.providers.ollama]',
    ]);
  });

  it('warns of a target whose prefix is nearly the id of a provider', async () => {
    const { warnings } = await boot(
      `[models]\na = ["ecco/m", "echo/m", "hf.co/org/m"]\n[chatd]\ndefault_provider = "echo"\n${echo}`,
    );
    expect(warnings).toEqual([
      'models.a: no provider has the id "ecco"; "ecco/m" goes to echo; did you mean "echo"?',
    ]);
  });

  it('never sends a question for the guide to another provider', async () => {
    const { runtime } = await boot(echo);
    expect(() => runtime.registry.resolve('guide/help')).toThrow(
      /guide is not configured: add \[chatd\.providers\.guide\]/,
    );
  });

  it('keeps the order of a tier', async () => {
    const { runtime } = await boot(`[models]\nbest = ["echo/a", "echo/b"]\n${echo}`);
    expect(runtime.registry.resolve('best').targets.map(({ model }) => model)).toEqual(['a', 'b']);
  });
});

describe('a config that is wrong stops the boot with a line that names the place', () => {
  it.each([
    [
      'a misspelt key',
      `[chatd]\ntimout = "3s"\n${echo}`,
      'lakehouse.toml:2:1: chatd.timout: unknown key; did you mean "timeout"?',
    ],
    [
      'a misspelt table',
      `[chatdd]\nbind = "x"\n${echo}`,
      'lakehouse.toml:1:2: chatdd: unknown table; did you mean "chatd"?',
    ],
    [
      'a number where a duration belongs',
      `[chatd]\ntimeout = 3\n${echo}`,
      /lakehouse\.toml:2:11: chatd\.timeout: .*"500ms"/,
    ],
    [
      'a wrong type',
      `[chatd]\nallow_open = "yes"\n${echo}`,
      /:2:14: chatd\.allow_open: expected true or false/,
    ],
    [
      'a provider id that cannot be a prefix',
      '[chatd.providers."a/b"]\nuse = "./echo.mjs"\n',
      /a provider id must not hold/,
    ],
    ['a provider without a package', '[chatd.providers.echo]\n', /chatd\.providers\.echo\.use: .*missing/],
    [
      'a default provider that is not there',
      `[chatd]\ndefault_provider = "ecco"\n${echo}`,
      /chatd\.default_provider: no provider has the id "ecco"; did you mean "echo"\?/,
    ],
    ['a tier in a circle', `[models]\na = "b"\nb = "a"\n${echo}`, /:2:\d+: models\.a: .*a → b → a/],
    ['a tier without models', `[models]\na = []\n${echo}`, /models\.a: expected at least one model ID/],
    [
      'a tier of a provider that is not configured',
      `[models]\na = "openrouter/x"\n${echo}`,
      /models\.a: openrouter is not configured: add \[chatd\.providers\.openrouter\]/,
    ],
    [
      'a default provider that every object has',
      `[chatd]\ndefault_provider = "toString"\n${echo}`,
      /no provider has the id "toString"/,
    ],
    [
      'a timeout of nothing',
      `[chatd]\ntimeout = "0s"\n${echo}`,
      /chatd\.timeout: expected a duration longer than 0/,
    ],
    [
      'an address that others can reach',
      `[chatd]\nbind = "0.0.0.0:3220"\n${echo}`,
      /chatd\.bind: .*allow_open = true/,
    ],
    ['broken TOML', '[chatd]\nbind = \n', /lakehouse\.toml:\d+:\d+: not valid TOML/],
  ])('%s', async (_name, toml, message) => {
    const text = await failure(toml);
    if (typeof message === 'string') expect(text).toContain(message);
    else expect(text).toMatch(message);
    expect(text).not.toContain('    at ');
  });

  it.each([
    [
      'a package that is not installed',
      'lakehouse-provider-nowhere',
      {},
      /\.use: the package "lakehouse-provider-nowhere" is not installed in .*: run npm install/,
    ],
    [
      'a package whose name is nearly one that is here',
      '@lakehouse/provider-opnai-compat',
      {},
      /is not installed in [^:]*; did you mean "@lakehouse\/provider-openai-compat"\?$/m,
    ],
    [
      'a path that does not begin with ./',
      'other.mjs',
      { 'other.mjs': 'export const x = 1;' },
      /\.use: the package "other\.mjs" is not installed in .*; for the path of that name write "\.\/other\.mjs"$/m,
    ],
    ['a path without a module', './nowhere.mjs', {}, /\.use: there is no module at .*nowhere\.mjs/],
    [
      'a module that is no plugin',
      './other.mjs',
      { 'other.mjs': 'export const x = 1;' },
      /\.use: "\.\/other\.mjs" has no default export made with defineProvider/,
    ],
    [
      'a plugin of another specification',
      './v9.mjs',
      { 'v9.mjs': echoPlugin.replaceAll("'v1'", "'v9'") },
      /speaks provider specification "v9".*install a version/,
    ],
    [
      'a module that does not load',
      './broken.mjs',
      { 'broken.mjs': 'throw new Error("no luck")' },
      /cannot be loaded: no luck/,
    ],
    [
      'a plugin that throws',
      './throws.mjs',
      {
        'throws.mjs': echoPlugin.replace(
          "=> ({\n    specificationVersion: 'v1', id",
          "=> { throw new Error('no disk') }, x: () => ({\n    specificationVersion: 'v1', id",
        ),
      },
      /chatd\.providers\.echo: cannot be created: no disk/,
    ],
    [
      'a plugin that makes nothing',
      './nothing.mjs',
      { 'nothing.mjs': echoPlugin.replace('create: ({', 'create: () => undefined, x: ({') },
      /made no provider/,
    ],
    [
      'a plugin without stream',
      './no-stream.mjs',
      { 'no-stream.mjs': echoPlugin.replace('*stream', '*other') },
      /made a provider without the method "stream"/,
    ],
    ['a folder', './folder', { 'folder/index.mjs': echoPlugin }, /is a folder: name the file in it/],
    [
      'a package that is there but broken, though a sound one is bundled',
      '@lakehouse/provider-guide',
      {
        'node_modules/@lakehouse/provider-guide/package.json':
          '{"name":"@lakehouse/provider-guide","main":"gone.js"}',
      },
      /provider-guide" cannot be resolved|there is no module/,
    ],
    [
      'a plugin that ignores its id',
      './id.mjs',
      { 'id.mjs': echoPlugin.replace('id: host.id', "id: 'mine'") },
      /made a provider with the id "mine"/,
    ],
  ])('%s', async (_name, use, files, message) => {
    expect(await failure(`[chatd.providers.echo]\nuse = "${use}"\n`, files)).toMatch(message);
  });

  it('an option that the plugin does not take, with its place in the file', async () => {
    expect(await failure(`${echo}greeting = 3\n`)).toContain(
      'lakehouse.toml:3:12: chatd.providers.echo.greeting: expected a string',
    );
  });

  it('every problem at once, not one after the other', async () => {
    const text = await failure(`${echo}greeting = 3\n[chatd.providers.two]\nuse = "./nowhere.mjs"\n`);
    expect(text.split('\n')).toHaveLength(2);
  });
});

describe('plugins are found', () => {
  it("in the node_modules of the config's folder first", async () => {
    const manifest =
      '{"name":"provider-near","version":"1.0.0","type":"module","exports":{"import":"./index.js"}}';
    const { runtime } = await boot('[chatd.providers.near]\nuse = "provider-near"\n', {
      'node_modules/provider-near/package.json': manifest,
      'node_modules/provider-near/index.js': echoPlugin,
    });
    expect([...runtime.instances.keys()]).toEqual(['near']);
  });

  it("among the service's own dependencies from any folder", async () => {
    const { runtime } = await boot('[chatd.providers.help]\nuse = "@lakehouse/provider-guide"\n');
    expect([...runtime.instances.keys()]).toEqual(['help']);
  });
});

describe('development mode', () => {
  const developed = (variables: Record<string, string>) =>
    loadConfig({ environment: variables, cwd: folderWith({}) }).providers.map(({ id, options }) => ({
      id,
      options,
    }));

  it('has one provider when no key is in the environment', () => {
    expect(developed({})).toEqual([{ id: 'ollama', options: {} }]);
  });

  it('adds the well-known providers whose key is there', () => {
    const ids = developed({ OPENROUTER_API_KEY: 'k', KIMI_API_KEY: 'k' }).map(({ id }) => id);
    expect(ids).toEqual(['ollama', 'openrouter', 'kimi']);
  });

  it.each([
    ['0.0.0.0:9999', 'http://localhost:9999'],
    ['box', 'http://box:11434'],
    [':9999', 'http://localhost:9999'],
    ['https://box.example', 'https://box.example'],
  ])('takes the address %s as clients of it do', (address, url) => {
    expect(developed({ OLLAMA_HOST: address })).toEqual([{ id: 'ollama', options: { url } }]);
  });
});

describe('an address in the environment that is none', () => {
  it('stops the start with the name of its variable', () => {
    expect(() => loadConfig({ environment: { OLLAMA_HOST: 'http://a b' }, cwd: folderWith({}) })).toThrow(
      'OLLAMA_HOST: "http://a b" is not an address',
    );
  });
});

describe('the address', () => {
  it('--bind goes before CHATD_BIND, which goes before the file', () => {
    const folder = folderWith({ 'lakehouse.toml': '[chatd]\nbind = "127.0.0.1:1"\n' });
    const load = (bind: string | undefined, variables: Record<string, string>) =>
      loadConfig({ bind, environment: variables, cwd: folder }).bind.port;
    expect(load('127.0.0.1:3', { CHATD_BIND: '127.0.0.1:2' })).toBe(3);
    expect(load(undefined, { CHATD_BIND: '127.0.0.1:2' })).toBe(2);
    expect(load(undefined, {})).toBe(1);
    expect(() => load('3220', {})).toThrow(/--bind: expected an address and a port/);
  });

  it('LAKEHOUSE_CONFIG names a file that must exist', () => {
    const folder = folderWith({});
    const named = path.join(folder, 'other.toml');
    const load = () => loadConfig({ environment: { LAKEHOUSE_CONFIG: named }, cwd: folder });
    expect(load).toThrow(/LAKEHOUSE_CONFIG .*other\.toml: there is no such file/);
    writeFileSync(named, '[chatd]\nbind = "127.0.0.1:7"\n');
    expect(load().bind.port).toBe(7);
  });
});
