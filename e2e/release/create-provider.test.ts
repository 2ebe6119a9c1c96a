import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  type Environment,
  freePort,
  mostMs,
  npmEnvironment,
  type Service,
  startRegistry,
  startService,
} from './new-package.js';
import { ask, outsideFolder, packAll } from './support.js';

const { folder, remove } = outsideFolder();
const empty = path.join(folder, 'empty');
const preset = path.join(empty, 'my-provider');
let registry: Service & { readonly url: string };
let env: Environment;
let upstream: number;
const seconds: string[] = [];

/** Runs a line of a shell; gives its status and everything that it printed. */
const shell = (
  line: string,
  cwd: string,
  more: Environment = {},
): { status: number | null; text: string } => {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync('bash', ['-euc', line], {
    cwd,
    env: { ...env, ...more },
    encoding: 'utf8',
    input: '',
    timeout: mostMs,
  });
  seconds.push(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)}  ${line}`);
  return { status, text: `${stdout}${stderr}` };
};

const succeed = (line: string, cwd: string, more?: Environment): string => {
  const { status, text } = shell(line, cwd, more);
  expect(status, `${line}\n${text}`).toBe(0);
  return text;
};

/** Makes every connection fail that leaves this machine. */
const offline = `import { Socket } from 'node:net';
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...parameters) {
  const [first] = parameters.flat();
  const host = typeof first === 'object' ? first.host : parameters.flat()[1];
  if (host && !/^(localhost|127\\..*|::1)$/.test(host)) throw new Error('offline: ' + host);
  return connect.apply(this, parameters);
};
`;

beforeAll(async () => {
  mkdirSync(empty);
  mkdirSync(path.join(folder, 'packed'));
  const [tarball = ''] = packAll(path.join(folder, 'packed')).values();
  writeFileSync(path.join(folder, 'offline.mjs'), offline);
  registry = await startRegistry(path.dirname(tarball));
  env = npmEnvironment(folder, registry.url);
  upstream = await freePort();
  succeed(`npm config set @lakehouse:registry=${registry.url}/`, empty);
});
afterAll(async () => {
  await registry.end();
  remove();
  console.log(`create-provider, seconds:\n${seconds.join('\n')}`);
});

describe('npm create @lakehouse/provider, with plain npm in an empty folder', () => {
  it('names the flag that is missing where there is no terminal, and makes nothing', () => {
    const { status, text } = shell('npm create @lakehouse/provider my-provider', empty);
    expect(status).toBe(1);
    expect(text).toContain('create-provider: --protocol is missing, and there is no terminal to ask for it');
    expect(readdirSync(empty)).toEqual([]);
  });

  it('makes a preset, and says what comes next', () => {
    const flags = `--protocol openai-compatible --url http://127.0.0.1:${upstream}/v1 --no-key`;
    const text = succeed(`npm create @lakehouse/provider my-provider -- ${flags}`, empty);
    expect(text).toContain('Made my-provider. Next:\n\n  cd my-provider\n  npm install\n  npm test');
  });

  it('never writes to a folder that is not empty', () => {
    const { status, text } = shell(
      'npm create @lakehouse/provider my-provider -- --protocol http --yes',
      empty,
    );
    expect(status).toBe(1);
    expect(text).toContain('the folder my-provider is not empty: nothing was changed');
    expect(readdirSync(path.join(preset, 'src'))).toContain('preset.ts');
  });
});

describe('the preset that comes out', () => {
  it('installs', () => {
    succeed('npm install', preset);
  });

  it('passes the whole kit offline, in less than a minute', () => {
    const outside = "import('node:net').then(({ connect }) => connect(80, '192.0.2.1'))";
    const guard = { NODE_OPTIONS: `--import ${path.join(folder, 'offline.mjs')}` };
    expect(shell(`node --eval "${outside}"`, preset, guard).text).toContain('offline: 192.0.2.1');
    const startedAt = performance.now();
    expect(succeed('npm test', preset, guard)).toMatch(/Tests .*\d+ passed/);
    expect(performance.now() - startedAt).toBeLessThan(60_000);
  });

  it.each(['typecheck', 'lint', 'build', 'lint:package'])('passes %s', (script) => {
    succeed(`npm run ${script}`, preset);
  });

  it('answers in a chatd, whole and streamed', async () => {
    const standIn = await startService(`exec node test/stand-in.mjs ${upstream}`, {
      cwd: preset,
      env,
      port: upstream,
    });
    onTestFinished(() => standIn.end());
    const port = await freePort();
    const command = `npm start -- --bind 127.0.0.1:${port}`;
    const chatd = await startService(command, { cwd: preset, env, port });
    onTestFinished(() => chatd.end());
    const url = `http://127.0.0.1:${port}`;
    expect(await ask(url, 'my-provider/small', 'hello')).toMatchObject({
      provider: 'my-provider',
      content: 'You said: hello',
      finish_reason: 'stop',
    });
    const streamed = await request(`${url}/v1/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'small', stream: true, messages: [{ role: 'user', content: 'hello' }] }),
    });
    const text = await streamed.body.text();
    expect(text.match(/"type":"text_delta"/g)?.length).toBeGreaterThan(1);
    expect(text).toMatch(/"type":"response_end".*"finish_reason":"stop"/);
  });
});

describe('a provider without a key', () => {
  it('passes types, lint and the kit as it comes out', () => {
    succeed(
      'npm create @lakehouse/provider keyless -- --protocol http --url http://10.0.0.5 --no-key',
      empty,
    );
    const keyless = path.join(empty, 'keyless');
    symlinkSync(path.join(preset, 'node_modules'), path.join(keyless, 'node_modules'));
    succeed('npm run typecheck && npm run lint && npm test', keyless);
  });
});
