import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { json, ndjson, startUpstream } from '@lakehouse/provider-testkit';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as now from '../../packages/chat-core/src/index.js';
import { frozenVersions, installFrozenProvider } from './frozen.js';
import { ask, outsideFolder, packAll, root, run, startChatd } from './support.js';

interface Counts {
  readonly numPassedTests: number;
  readonly numTotalTests: number;
}
type Core = typeof now;
type Courier = typeof import('../compatibility/provider/src/index.js');

const main = path.join(root, 'apps/chatd/dist/main.js');
const { folder, remove } = outsideFolder();
afterAll(remove);

const importFrom = async <Module>(place: string, name: string): Promise<Module> =>
  (await import(pathToFileURL(path.join(place, 'node_modules', name, 'dist/index.js')).href)) as Module;

const startCourier = async (): Promise<string> => {
  const upstream = await startUpstream();
  onTestFinished(() => upstream.close());
  upstream.reply(({ text }) => {
    if (text.includes('"m-broken"')) return json({ error: { message: 'no parcels today' } }, { status: 503 });
    const done = { done: 'stop', counts: { in: 4, out: 5 } };
    return text.includes('"stream":true')
      ? ndjson([{ text: 'Grüße ' }, { text: 'aus Köln' }, done])
      : json({ text: 'Grüße aus Köln', ...done });
  });
  return upstream.url;
};

describe('there is a frozen contract', () => {
  it('of 1.0 at least', () => expect(frozenVersions).toContain('1.0'));
});

describe.each(frozenVersions)('a provider that was built against chat-core %s', (version) => {
  const places = {
    frozen: path.join(folder, version, 'frozen'),
    current: path.join(folder, version, 'current'),
  };
  beforeAll(() => {
    installFrozenProvider(version, places.frozen);
    installFrozenProvider(version, places.current, packAll(folder));
  });

  describe.each(['frozen', 'current'] as const)('on the %s packages', (packages) => {
    const place = places[packages];

    it('passes the tests that its author wrote, under the kit that is installed', () => {
      const vitest = path.join(root, 'node_modules/.bin/vitest');
      const report = path.join(place, 'report.json');
      run(vitest, ['run', '--root', place, '--reporter', 'json', '--outputFile', report], place);
      const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(report, 'utf8')) as Counts;
      expect(numPassedTests).toBe(numTotalTests);
      expect(numPassedTests).toBeGreaterThan(40);
    });

    it('answers through the current chatd: whole, streamed, and with an error', async () => {
      writeFileSync(path.join(place, 'courier.env'), 'COURIER_API_KEY=sk-courier\n', { mode: 0o600 });
      const config = path.join(place, 'lakehouse.toml');
      writeFileSync(
        config,
        `[chatd]
default_provider = "courier"
[chatd.retry]
attempts = 1
[chatd.providers.courier]
use = "lakehouse-provider-courier"
url = "${await startCourier()}"
key_file = "${path.join(place, 'courier.env')}"
`,
      );
      const url = await startChatd(main, ['--config', config], place);
      expect(await ask(url, 'courier/m-1', 'Hi')).toMatchObject({
        provider: 'courier',
        model: 'm-1',
        content: 'Grüße aus Köln',
        finish_reason: 'stop',
        usage: { input: 4, output: 5 },
      });
      expect(await ask(url, 'courier/m-broken', 'Hi')).toMatchObject({
        error: { code: 'overloaded', provider: 'courier', upstream_status: 503 },
      });
      const streamed = await request(`${url}/v1/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm-1', messages: [{ role: 'user', content: 'Hi' }], stream: true }),
      });
      const events = await streamed.body.text();
      expect(events).toMatch(/Grüße [\s\S]*aus Köln[\s\S]*"finish_reason":"stop"/);
    });
  });

  it('has sources that type-check against the current declarations', () => {
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck'];
    const types = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules/@types')];
    const sources = globSync('{src,test}/*.ts', { cwd: places.current });
    expect(sources.length).toBeGreaterThan(3);
    run(path.join(root, 'node_modules/.bin/tsc'), [...options, ...types, ...sources], places.current);
  });

  describe('beside the current chat-core in one process', () => {
    let then: Core;
    let courier: Courier;
    beforeAll(async () => {
      then = await importFrom<Core>(places.frozen, '@lakehouse/chat-core');
      courier = await importFrom<Courier>(places.frozen, 'lakehouse-provider-courier');
    });

    it('there really are two copies', () => expect(then.ChatError).not.toBe(now.ChatError));

    it('each copy recognises the errors of the other and passes them on as they are', () => {
      for (const [from, to] of [
        [then, now],
        [now, then],
      ] as const) {
        const error = new from.ChatError('rate-limited', 'slow down', { retryAfterMs: 5 });
        expect(to.isChatError(error)).toBe(true);
        expect(to.toChatError(error, { provider: 'courier', signal: new AbortController().signal })).toBe(
          error,
        );
      }
    });

    it('an error code still means what it meant then: its status, and who may be asked again', () => {
      for (const [code, { meaning: _, ...row }] of Object.entries(then.errorTable)) {
        expect({ [code]: now.errorTable[code as keyof typeof now.errorTable] }).toMatchObject({
          [code]: row,
        });
      }
    });

    it('a key of either copy is never printed', () => {
      for (const { Secret } of [then, now]) {
        const secret = new Secret('sk-canary');
        const printed = [inspect({ secret }), JSON.stringify({ secret }), String(secret)].join(' ');
        expect(printed).not.toContain('canary');
        expect(secret.reveal()).toBe('sk-canary');
      }
    });

    it('a provider on the older copy is registered, asked and collected by the current one', async () => {
      const key = {
        secret: new now.Secret('sk-courier'),
        status: { present: true, hint: '' },
        warnings: [],
      };
      const provider = courier.createCourier({ url: await startCourier(), key });
      onTestFinished(() => provider.close?.());
      const registry = now.createRegistry({ defaultProvider: 'courier' });
      registry.register(provider);
      const [target] = registry.resolve('courier/m-1').targets;
      const messages = [{ role: 'user', content: 'Hi' }] as const;
      const answer = await now.chat(
        target?.provider ?? provider,
        { model: 'm-1', messages },
        { delivery: 'stream' },
      );
      expect(answer).toMatchObject({ content: 'Grüße aus Köln', usage: { input: 4, output: 5 } });
      const failure = await now
        .chat(provider, { model: 'm-broken', messages })
        .catch((error: unknown) => error);
      expect(now.isChatError(failure) && failure.code).toBe('overloaded');
    });
  });
});

describe('a plugin for a specification that this chatd does not know', () => {
  it('stops the start with one line that says what to do', async () => {
    const config = path.join(folder, 'lakehouse.toml');
    writeFileSync(
      path.join(folder, 'future.mjs'),
      "export default { specificationVersion: 'v2', name: 'future' };\n",
    );
    writeFileSync(
      config,
      '[chatd]\ndefault_provider = "future"\n[chatd.providers.future]\nuse = "./future.mjs"\n',
    );
    const failure = await startChatd(main, ['--config', config], folder).catch(
      (error: Error) => error.message,
    );
    const [ended, problem, ...more] = String(failure).trim().split('\n');
    expect(ended).toBe('chatd ended with 1: chatd: the config is not valid');
    expect(problem).toMatch(/providers\.future\.use: "\.\/future\.mjs" speaks provider specification "v2"/);
    expect(problem).toMatch(
      /this host knows "v1": install a version of the package for "v1", or of the host for "v2"$/,
    );
    expect(more).toEqual([]);
  });
});
