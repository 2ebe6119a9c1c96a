import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { json, type Reply, type ScriptedUpstream, startUpstream, text } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/load.js';
import { createRuntime } from '../src/runtime.js';
import { folderWith } from './support/plugin-folder.js';
import { get, post, type RunningService, startService } from './support/service.js';

const canary = 'canary-key-7f3a9c2e';

describe('a key is used upstream and shown nowhere', () => {
  let service: RunningService;
  let upstream: ScriptedUpstream;
  beforeAll(async () => {
    upstream = await startUpstream();
    service = await startService(
      `[chatd.providers.ollama_cloud]
use = "@lakehouse/provider-ollama-cloud"
url = "${upstream.url}"
[chatd.providers.openrouter]
use = "@lakehouse/provider-openai-compat"
preset = "openrouter"
url = "${upstream.url}/v1"
`,
      { OLLAMA_API_KEY: canary, OPENROUTER_API_KEY: canary },
    );
  });
  afterAll(async () => {
    await service.close();
    await upstream.close();
  });

  const echoes: Readonly<Record<string, Reply>> = {
    'an error that repeats it': json(
      { error: { message: `bad key ${canary}`, code: canary } },
      { status: 401 },
    ),
    'a page that repeats it': text(`<title>${canary}</title>`, { status: 500 }),
    'a request id that repeats it': json(
      { error: 'x' },
      { status: 400, headers: { 'x-request-id': canary } },
    ),
    'an answer that is malformed': text(`{"${canary}`, { headers: { 'content-type': 'application/json' } }),
  };

  it.each(Object.keys(echoes))('%s', async (name) => {
    for (const model of ['ollama_cloud/m', 'openrouter/a/m']) {
      upstream.clear();
      upstream.reply(echoes[name] as Reply);
      const answer = await post(service, { model, messages: [{ role: 'user', content: 'x' }] });
      expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${canary}`);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain(canary);
    }
    expect(service.rawLogs()).not.toContain(canary);
  });

  it('is not in what the service tells about itself', async () => {
    const pages = await Promise.all(
      ['/v1/chat/providers', '/v1/chat/models', '/healthz', '/metrics'].map((route) => get(service, route)),
    );
    const explained = await post(service, { model: 'openrouter/a/m' }, { path: '/v1/chat/resolve' });
    expect(explained.json()).toMatchObject({
      chain: [{ key: 'present', key_source: 'environment variable OPENROUTER_API_KEY' }],
    });
    expect([...pages, explained].map((page) => page.text).join('')).not.toContain(canary);
  });
});

describe('key files', () => {
  const boot = async (files: Record<string, string>, prepare: (folder: string) => void = () => undefined) => {
    const folder = folderWith(files);
    prepare(folder);
    const file = path.join(folder, 'key.env');
    const toml = `[chatd.providers.ollama_cloud]\nuse = "@lakehouse/provider-ollama-cloud"\nkey_file = "${file}"\n`;
    const cwd = folderWith({ 'lakehouse.toml': toml });
    const warnings: string[] = [];
    const runtime = await createRuntime(loadConfig({ environment: {}, cwd }), {
      environment: {},
      warn: (message) => warnings.push(message),
    });
    const provider = runtime.registry.get('ollama_cloud');
    await runtime.close();
    expect(inspect(runtime, { depth: 12, showHidden: true })).not.toContain(canary);
    return { credential: provider?.credential, warnings };
  };

  it('a key in the file is found, and its source is told', async () => {
    const { credential, warnings } = await boot({ 'key.env': `OLLAMA_API_KEY=${canary}\n` }, (folder) =>
      chmodSync(path.join(folder, 'key.env'), 0o600),
    );
    expect(credential).toMatchObject({
      present: true,
      source: expect.stringMatching(/^OLLAMA_API_KEY in .*key\.env$/),
    });
    expect(warnings).toEqual([]);
  });

  it('a file that everybody can read is a warning that says how to mend it', async () => {
    const { credential, warnings } = await boot({ 'key.env': `OLLAMA_API_KEY=${canary}\n` }, (folder) =>
      chmodSync(path.join(folder, 'key.env'), 0o644),
    );
    expect(credential?.present).toBe(true);
    expect(warnings).toEqual([
      expect.stringMatching(/^ollama_cloud: .*can be read by every user: run chmod o-r /),
    ]);
  });

  it('a file that cannot be read is a warning, and the hint repeats it', async () => {
    const { credential, warnings } = await boot({}, (folder) => mkdirSync(path.join(folder, 'key.env')));
    expect(credential).toMatchObject({
      present: false,
      hint: expect.stringContaining('cannot be read (EISDIR)'),
    });
    expect(warnings).toHaveLength(1);
  });

  it('a file that is not there is no warning: the provider is configured but has no key', async () => {
    const { credential, warnings } = await boot({});
    expect(credential).toMatchObject({
      present: false,
      hint: expect.stringContaining('set OLLAMA_API_KEY or put it in'),
    });
    expect(warnings).toEqual([]);
  });
});
