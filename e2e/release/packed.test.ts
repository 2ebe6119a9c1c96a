import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ask, copyExample, npmInstall, outsideFolder, packAll, root, run, startChatd } from './support.js';

const { folder, remove } = outsideFolder();
const host = path.join(folder, 'host');
const team = path.join(folder, 'team');
let tarballs: ReadonlyMap<string, string>;

/** The platform installs chatd; a team installs its own provider, and both have a chat-core of their own. */
beforeAll(() => {
  for (const place of [host, team]) {
    mkdirSync(place);
    writeFileSync(path.join(place, 'package.json'), '{"private":true,"type":"module"}');
  }
  tarballs = packAll(folder);
  npmInstall(host, [...tarballs.values()]);
  copyExample('custom-provider', path.join(folder, 'custom-provider'));
  npmInstall(team, [tarballs.get('@lakehouse/chat-core') ?? '', path.join(folder, 'custom-provider')]);
});
afterAll(remove);

const manifestOf = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(host, 'node_modules', name, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;

describe('what is packed', () => {
  it('has every published package', () => {
    expect([...tarballs.keys()].sort()).toMatchInlineSnapshot(`
      [
        "@lakehouse/chat-core",
        "@lakehouse/chat-dialects",
        "@lakehouse/chat-policies",
        "@lakehouse/chatd",
        "@lakehouse/config-file",
        "@lakehouse/create-provider",
        "@lakehouse/gateway",
        "@lakehouse/provider-chatd",
        "@lakehouse/provider-guide",
        "@lakehouse/provider-llama-cpp",
        "@lakehouse/provider-ollama",
        "@lakehouse/provider-ollama-cloud",
        "@lakehouse/provider-openai-compat",
        "@lakehouse/provider-testkit",
        "@lakehouse/provider-utils",
      ]
    `);
  });

  it('names real versions, a license, and no source condition', () => {
    for (const name of tarballs.keys()) {
      const manifest = JSON.stringify(manifestOf(name));
      expect(manifest, name).not.toMatch(/"(workspace|catalog):|@lakehouse\/source/);
      expect(manifest, name).toContain('"license":"Apache-2.0"');
      expect(readFileSync(path.join(host, 'node_modules', name, 'LICENSE'), 'utf8'), name).toContain(
        'Apache License',
      );
      expect(
        readFileSync(path.join(host, 'node_modules', name, 'README.md'), 'utf8').length,
        name,
      ).toBeGreaterThan(300);
    }
  });

  it('installs one copy of chat-core', () => {
    const lock = readFileSync(path.join(host, 'package-lock.json'), 'utf8');
    expect(lock.match(/"node_modules\/(.+\/)?@lakehouse\/chat-core"/g)).toHaveLength(1);
  });

  it('type-checks in a strict consumer', () => {
    const source = `import { chat, isChatError, type ChatResponse } from '@lakehouse/chat-core';
import { createOllama } from '@lakehouse/provider-ollama';
import { createOllamaCloud } from '@lakehouse/provider-ollama-cloud';
import { createOpenAICompat, createOpenRouter } from '@lakehouse/provider-openai-compat';
const ask = (): Promise<ChatResponse> => chat(createOllama({}), { model: 'm', messages: [{ role: 'user', content: 'x' }] });
export const all = [ask, createOllamaCloud, createOpenAICompat, createOpenRouter, isChatError];
`;
    writeFileSync(path.join(host, 'consumer.mts'), source);
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--lib',
      'es2024',
      '--types',
      'node',
      '--typeRoots',
      path.join(root, 'node_modules/@types'),
    ];
    run(path.join(root, 'node_modules/.bin/tsc'), [...options, 'consumer.mts'], host);
  });
});

describe('the fault wall', () => {
  it('is a command that needs no vitest, which is an optional peer', () => {
    expect(existsSync(path.join(host, 'node_modules/vitest'))).toBe(false);
    const usage = run(path.join(host, 'node_modules/.bin/lakehouse-fault-wall'), ['--help'], host);
    expect(usage).toContain('Usage: lakehouse-fault-wall');
  });
});

describe('a provider package made outside of the repo', () => {
  it('passes its own tests', () => {
    expect(run('npm', ['test'], path.join(team, 'node_modules/lakehouse-provider-echo'))).toBeDefined();
  });

  it('is named in a config there, and answers through chatd', async () => {
    copyExample('custom-provider/lakehouse.toml', path.join(team, 'lakehouse.toml'));
    const main = path.join(host, 'node_modules/@lakehouse/chatd/dist/main.js');
    const url = await startChatd(main, ['--config', path.join(team, 'lakehouse.toml')], host);
    expect(await ask(url, 'echo/parrot', 'Polly wants a cracker')).toMatchObject({
      provider: 'echo',
      model: 'parrot',
      content: 'Polly wants a cracker',
      finish_reason: 'stop',
    });
  });
});

describe('the script with one provider', () => {
  it('answers without chatd', async () => {
    const answer = {
      model: 'qwen3:4b',
      message: { role: 'assistant', content: 'Blue light scatters most.' },
      done: true,
      done_reason: 'stop',
    };
    const server = createServer((_request, response) => response.end(JSON.stringify(answer))).listen(
      0,
      '127.0.0.1',
    );
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    copyExample('script/ask.mjs', path.join(host, 'ask.mjs'));
    const { port } = server.address() as AddressInfo;
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['ask.mjs'], {
      cwd: host,
      env: { OLLAMA_URL: `http://127.0.0.1:${port}` },
    });
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
    });
    await new Promise((resolve) => child.once('close', resolve));
    expect(output).toBe('Blue light scatters most.\n');
  });
});
