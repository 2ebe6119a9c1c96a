import path from 'node:path';
import { json, startUpstream } from '@lakehouse/provider-testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../src/load.js';
import { createRuntime } from '../src/runtime.js';
import { ask, serve } from './support/calls.js';
import { folderWith } from './support/plugin-folder.js';

/** It asks for the key that the JSON text `ask` says, and fetches what the message names. */
const curiousPlugin = `
const options = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };
export default {
  specificationVersion: 'v1', name: 'curious', options,
  create: ({ ask, keyless }, host) => {
    const key = keyless ? undefined : host.secret(ask && JSON.parse(ask));
    return {
      specificationVersion: 'v1', id: host.id,
      capabilities: { tools: false, toolChoice: false, images: false, files: false, reasoning: false,
        structuredOutput: 'none', embeddings: false },
      ...(key && { credential: key.status }),
      async *stream(request, { signal }) {
        const answer = await host.transport.fetch(request.messages[0].content, { signal });
        yield { type: 'response-start', model: request.model };
        yield { type: 'text-delta', delta: await answer.text() };
        yield { type: 'response-end', finishReason: 'stop' };
      },
    };
  },
};
`;

type Environment = Readonly<Record<string, string>>;

const boot = async (toml: string, environment: Environment = {}, plugin = curiousPlugin) => {
  const cwd = folderWith({ 'curious.mjs': plugin, 'lakehouse.toml': toml });
  const runtime = await createRuntime(loadConfig({ environment, cwd }), {
    environment,
    warn: () => undefined,
  });
  await runtime.close();
  return [...runtime.instances.values()].map(({ provider }) => provider.credential);
};
const failureOf = (...parameters: Parameters<typeof boot>): Promise<string> =>
  boot(...parameters).then(
    () => 'it booted',
    (error: Error) => error.message,
  );
const table = (id: string, more = ''): string => `[chatd.providers.${id}]\nuse = "./curious.mjs"\n${more}\n`;

describe('the key of a plugin', () => {
  it('is by default the variable that begins with its id, or in the file of its id', async () => {
    const [found] = await boot(table('"my-lab.2"'), { MY_LAB_2_API_KEY: 'k' });
    expect(found).toMatchObject({ present: true, source: 'environment variable MY_LAB_2_API_KEY' });
    const [missing] = await boot(table('lab'));
    expect(missing).toEqual({ present: false, hint: 'set LAB_API_KEY or put it in /etc/lakehouse/lab.env' });
  });

  it.each([
    ['begins with its id', '["LAB_TOKEN"]', ''],
    ['stands in its table', '["LAB_TOKEN", "OTHER"]', 'key_env = "OTHER"'],
    ['stands deeper in its table', '["OTHER"]', 'keys = [{ env = "OTHER" }]'],
  ])('may be one that %s', async (_name, env, more) => {
    await expect(boot(table('lab', `ask = '{"env":${env}}'\n${more}`))).resolves.toHaveLength(1);
  });

  it('may be the well-known one of its package, under another id too', async () => {
    const use = 'use = "@lakehouse/provider-openai-compat"\npreset = "openrouter"';
    const [found] = await boot(`[chatd.providers.router2]\n${use}\n`, { OPENROUTER_API_KEY: 'k' });
    expect(found).toMatchObject({ present: true, source: 'environment variable OPENROUTER_API_KEY' });
  });

  it('is not that of another: the boot stops, and says what would allow it', async () => {
    const toml = table('lab', `ask = '{"env":["LAB_KEY","OPENROUTER_API_KEY"]}'`);
    expect(await failureOf(toml, { OPENROUTER_API_KEY: 'k', LAB_KEY: 'k' })).toMatch(
      /lakehouse\.toml:1:\d+: chatd\.providers\.lab: "\.\/curious\.mjs" asks for the variable OPENROUTER_API_KEY, which is not its own: names that begin with LAB_ are, and those in its table; if it may have this one, write key_env = "OPENROUTER_API_KEY" into \[chatd\.providers\.lab\]$/,
    );
  });

  it('is not one that only another table names', async () => {
    const toml = `${table('lab', `ask = '{"env":"OTHER"}'`)}${table('second', 'key_env = "OTHER"')}`;
    expect(await failureOf(toml)).toContain('asks for the variable OTHER, which is not its own');
  });

  it('is not one that begins with the longer id of another instance', async () => {
    const toml = `${table('lab', `ask = '{"env":["LAB_KEY","LAB_2_API_KEY"]}'`)}${table('lab-2')}`;
    expect(await failureOf(toml)).toContain('asks for the variable LAB_2_API_KEY, which is not its own');
    const given = toml.replace(
      '[chatd.providers.lab-2]',
      'key_env = "LAB_2_API_KEY"\n[chatd.providers.lab-2]',
    );
    await expect(boot(given)).resolves.toHaveLength(2);
  });

  it('is checked as it is read: a list that changes in between gains nothing', async () => {
    const changing = curiousPlugin.replace(
      'host.secret(ask && JSON.parse(ask))',
      "host.secret({ env: Object.defineProperty([''], 0, { get: () => (reads++ ? 'OTHER' : 'LAB_KEY') }) })",
    );
    const environment = { OTHER: 'foreign', LAB_KEY: 'own' };
    const [found] = await boot(table('lab'), environment, `let reads = 0;${changing}`);
    expect(found).toMatchObject({ source: 'environment variable LAB_KEY' });
  });

  it('is in a file only where its table or its id says so', async () => {
    const file = path.join(folderWith({ 'key.env': 'LAB_API_KEY=k\n' }), 'key.env');
    const asked = `ask = '{"file":"${file}"}'`;
    const [found] = await boot(table('lab', `${asked}\nkey_file = "${file}"`));
    expect(found).toMatchObject({ present: true, source: `LAB_API_KEY in ${file}` });
    expect(await failureOf(table('lab', asked))).toContain(
      `asks for the key file ${file}, which is not its own; if it may read it, write key_file = "${file}" into [chatd.providers.lab]`,
    );
  });
});

describe('the packages that may be loaded', () => {
  it('are checked before a module is, with the place of the entry', async () => {
    const list = (packages: string): string => `[chatd.plugins]\npackages = ${packages}\n${table('lab')}`;
    await expect(boot(list('["@lakehouse/*", "./*.mjs"]'))).resolves.toHaveLength(1);
    expect(await failureOf(list('["@lakehouse/*"]'), {}, 'throw new Error("it was loaded");')).toMatch(
      /lakehouse\.toml:4:7: chatd\.providers\.lab\.use: "\.\/curious\.mjs" is not in the list "packages" of \[chatd\.plugins\]; add "\.\/curious\.mjs" there if it may be loaded$/,
    );
  });
});

describe('the addresses that may be reached', () => {
  it.each([
    [
      '[chatd.plugins]\naddresses = ["10.0.0.0/8", "localhost"]\n',
      ':2:28: chatd.plugins.addresses[1]: expected an IP address such as',
    ],
    [
      '[chatd.providers.lab]\nuse = "./curious.mjs"\naddresses = ["10.0.0.0/33"]\n',
      ':3:14: chatd.providers.lab.addresses[0]: expected an IP address',
    ],
    [
      '[chatd.plugins]\nadresses = []\n',
      ':2:1: chatd.plugins.adresses: unknown key; did you mean "addresses"?',
    ],
  ])('are checked when the service starts: %s', async (toml, message) => {
    expect(await failureOf(toml)).toContain(message);
  });

  const refusal = {
    code: 'provider-unavailable',
    message: expect.stringMatching(
      /may not connect to 127\.0\.0\.1: it is not in "addresses"; add "127\.0\.0\.1" there/,
    ) as string,
  };

  it('hold for the fetch of a plugin and for the pool of provider-utils, names included', async () => {
    const upstream = await startUpstream();
    onTestFinished(() => upstream.close());
    const url = upstream.url.replace('127.0.0.1', 'localhost');
    const service = await serve(
      `[chatd.plugins]
addresses = ["10.0.0.0/8"]
${table('lab', 'keyless = true')}${table('open', 'keyless = true\naddresses = ["127.0.0.0/8"]')}
[chatd.providers.pool]
use = "@lakehouse/provider-openai-compat"
url = "${url}/v1"
[chatd.providers.ollama]
use = "@lakehouse/provider-ollama"
url = "${upstream.url}"
[chatd.providers.ollama_cloud]
use = "@lakehouse/provider-ollama-cloud"
url = "${upstream.url}"
`,
      { OLLAMA_API_KEY: 'k' },
      { 'curious.mjs': curiousPlugin },
    );
    for (const model of ['lab/m', 'pool/m', 'ollama/m', 'ollama_cloud/m']) {
      const answer = await ask(service, model, { messages: [{ role: 'user', content: url }] });
      expect(answer.status).toBe(404);
      expect(answer.json().error).toMatchObject(refusal);
    }
    expect(upstream.requests).toHaveLength(0);
    upstream.reply(json({ hello: 1 }));
    const answer = await ask(service, 'open/m', { messages: [{ role: 'user', content: url }] });
    expect(answer.json()).toMatchObject({ content: '{"hello":1}' });
  });

  it('leave the metadata service of a cloud out unless they are given', async () => {
    const service = await serve(table('lab', 'keyless = true'), {}, { 'curious.mjs': curiousPlugin });
    const content = 'http://169.254.169.254/latest/meta-data/';
    const answer = await ask(service, 'lab/m', { messages: [{ role: 'user', content }] });
    expect(answer.json().error).toMatchObject({
      code: 'provider-unavailable',
      message: expect.stringContaining(
        'lab may not connect to 169.254.169.254: link-local addresses',
      ) as string,
    });
  });
});
