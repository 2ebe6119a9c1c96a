import { inspect } from 'node:util';
import { createCallContext } from '@lakehouse/chat-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/load.js';
import { createRuntime } from '../src/runtime.js';
import { ask, stream } from './support/calls.js';
import { folderWith } from './support/plugin-folder.js';
import { get, post, type RunningService, startService } from './support/service.js';

const canary = 'canary/key+7f3a9c2e';

/** A plugin that puts its key into everything but the pieces of an answer. */
const leakyPlugin = `
const options = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };
const errorOf = (code, key) => Object.assign(new Error('bad key ' + key, { cause: new Error('cause ' + key) }), {
  [Symbol.for('@lakehouse/chat-core/error')]: true, name: 'ChatError', code, status: 502,
  retryable: false, reroutable: true, upstreamStatus: 401, upstreamRequestId: 'id-' + key,
  bodyExcerpt: '{"key":"' + key + '"}', path: 'at ' + key, model: 'm ' + key,
});
class Leaky {
  specificationVersion = 'v1';
  capabilities = { tools: false, toolChoice: false, images: false, files: false, reasoning: false,
    structuredOutput: 'none', embeddings: true };
  #key;
  constructor(id, key) { this.id = id; this.#key = key; }
  get credential() { return { present: true, source: 'here: ' + this.#key, hint: 'is ' + this.#key }; }
  async *stream({ model }) {
    const key = this.#key;
    if (model === 'defect') throw Object.assign(new TypeError('no ' + key, { cause: { headers: { authorization: key } } }), { stack: 'TypeError: ' + key + '\\n    at ' + key + ' (x.js:1:1)' });
    if (model === 'value') throw { authorization: key };
    if (model !== 'ok') throw errorOf(model, key);
    yield { type: 'response-start', model, responseId: key, warnings: [{ code: 'other', message: 'sent ' + encodeURIComponent(key) }] };
    yield { type: 'text-delta', delta: 'hi' };
    yield { type: 'response-end', finishReason: 'stop', rawFinishReason: key,
      providerMetadata: { leaky: { [key]: [key] } }, providerDetails: { leaky: { key } } };
  }
  async models() { return [{ id: 'ok', description: this.#key, displayName: this.#key }]; }
  async availability() { return { available: false, detail: 'refused ' + this.#key }; }
  embed({ model }) {
    if (model === 'ok') return Promise.resolve({ model, embeddings: [[1]], warnings: [{ code: 'other', message: this.#key }] });
    throw errorOf(model, this.#key);
  }
}
export default {
  specificationVersion: 'v1', name: 'leaky', options,
  create: ({ fails, misnamed }, host) => {
    const key = host.secret().secret.reveal();
    host.warn('this is ' + key);
    if (fails) throw new Error('cannot with ' + key);
    return new Leaky(misnamed ? key : host.id, key);
  },
};
`;

describe('a plugin that puts its key everywhere', () => {
  let service: RunningService;
  const seen: string[] = [];
  beforeAll(async () => {
    service = await startService(
      '[chatd]\ndefault_provider = "leaky"\n[chatd.providers.leaky]\nuse = "./leaky.mjs"\n',
      { LEAKY_API_KEY: canary },
      { 'leaky.mjs': leakyPlugin },
    );
  });
  afterAll(async () => {
    await service.close();
    const all = [...seen, service.rawLogs(), ...service.warnings].join('\n');
    expect(all).not.toContain(canary);
    expect(all).not.toContain(encodeURIComponent(canary));
    expect(all).not.toContain(canary.slice(0, 12));
  });
  const look = <Page extends { text: string; headers: object }>(page: Page): Page => {
    seen.push(page.text, JSON.stringify(page.headers));
    return page;
  };

  it.each(['upstream-failure', 'bad-response', 'unreachable', 'internal', 'defect', 'value'])(
    'leaks nothing with the error %s, and the rest of it stands',
    async (model) => {
      for (const answer of [await ask(service, `leaky/${model}`), await stream(service, `leaky/${model}`)]) {
        look(answer);
        expect(answer.status).toBeGreaterThanOrEqual(500);
        if (model === 'upstream-failure') expect(answer.text).toContain('bad key [redacted]');
      }
      const messages = [{ role: 'user', content: 'x' }];
      for (const path of ['/v1/chat/completions', '/v1/messages']) {
        const body = { model: `leaky/${model}`, max_tokens: 5, messages };
        expect(look(await post(service, body, { path })).status).toBeGreaterThanOrEqual(500);
      }
      const body = { model: `leaky/${model}`, input: 'x' };
      expect(look(await post(service, body, { path: '/v1/embeddings' })).status).toBeGreaterThanOrEqual(500);
    },
  );

  it('leaks nothing with an answer, and the answer stands', async () => {
    const whole = look(await ask(service, 'leaky/ok'));
    expect(whole.json()).toMatchObject({ content: 'hi', warnings: [{ message: 'sent [redacted]' }] });
    expect(look(await stream(service, 'leaky/ok')).text).toContain('"delta":"hi"');
    const embedded = look(await post(service, { model: 'leaky/ok', input: 'x' }, { path: '/v1/embeddings' }));
    expect(embedded.json()).toMatchObject({ data: [{ embedding: [1] }] });
  });

  it('leaks nothing with what it tells about itself', async () => {
    const providers = look(await get(service, '/v1/chat/providers'));
    expect(providers.text).toContain('refused [redacted]');
    const models = look(await get(service, '/v1/chat/models'));
    expect(models.text).toContain('[redacted]');
    for (const route of ['/v1/models', '/api/tags', '/healthz', '/metrics']) look(await get(service, route));
    const explained = look(await post(service, { model: 'leaky/ok' }, { path: '/v1/chat/resolve' }));
    expect(explained.json()).toMatchObject({ chain: [{ key_source: 'here: [redacted]' }] });
    expect(service.warnings).toContain('leaky: this is [redacted]');
  });

  it('leaks nothing to whoever holds its errors', async () => {
    const provider = service.runtimes.current.registry.get('leaky');
    for (const model of ['upstream-failure', 'defect', 'value']) {
      const request = { model, messages: [{ role: 'user', content: 'x' }] } as const;
      const events = provider?.stream(request, createCallContext())[Symbol.asyncIterator]();
      const error: unknown = await events?.next().catch((reason: unknown) => reason);
      seen.push(inspect(error, { depth: 10, showHidden: true, getters: true }));
      expect(error).not.toHaveProperty('value');
    }
  });
});

describe('a plugin that fails with its key', () => {
  it.each([
    ['fails = true', 'cannot be created: cannot with [redacted]'],
    ['misnamed = true', '"./leaky.mjs" made a provider with the id "[redacted]"'],
  ])('%s', async (option, message) => {
    const cwd = folderWith({
      'leaky.mjs': leakyPlugin,
      'lakehouse.toml': `[chatd.providers.leaky]\nuse = "./leaky.mjs"\n${option}\n`,
    });
    const environment = { LEAKY_API_KEY: canary };
    const booted = createRuntime(loadConfig({ environment, cwd }), { environment, warn: () => undefined });
    const error: unknown = await booted.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining(message) as string });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(canary);
  });
});
