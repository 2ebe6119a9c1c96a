import { lookup } from 'node:dns';
import { createCallContext, type PluginHost, resolveKey } from '@lakehouse/chat-core';
import { json, startUpstream } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plugin, { createOllama, type OllamaSettings } from '../src/index.js';
import { last } from './support/lines.js';

const validate = async (options: unknown): Promise<unknown> => {
  const result = await plugin.options['~standard'].validate(options);
  return result.issues
    ? result.issues.map(({ path, message }) => `${path?.map(String).join('.')}: ${message}`)
    : result.value;
};

describe('the options of the config file', () => {
  it.each([
    [{}, {}],
    [{ url: 'http://10.0.0.5:11434/ollama' }, { url: 'http://10.0.0.5:11434/ollama' }],
    [{ keep_alive: '1h30m' }, { keepAlive: '1h30m' }],
    [{ keep_alive: -1 }, { keepAlive: -1 }],
    [
      { key_env: 'PROXY_KEY', key_file: '/run/key.env' },
      { keyEnv: 'PROXY_KEY', keyFile: '/run/key.env' },
    ],
  ])('takes %j', async (options, settings) => {
    expect(await validate(options)).toEqual(settings);
  });

  it.each([
    [{ url: 'localhost:11434' }, 'url: expected an address such as "http://localhost:11434"'],
    [{ url: 'my server' }, 'url: expected an address such as "http://localhost:11434"'],
    [{ url: 'ftp://localhost' }, 'url: expected an address such as "http://localhost:11434"'],
    [
      { url: 'http://ada:pw@localhost' },
      'url: expected an address without user name, password, query and fragment',
    ],
    [
      { url: 'http://localhost:11434/?a=1' },
      'url: expected an address without user name, password, query and fragment',
    ],
    [{ url: 'http://localhost:11434/v1' }, 'url: expected the base address, without "/api" or "/v1"'],
    [{ url: 'http://localhost:11434/api/' }, 'url: expected the base address, without "/api" or "/v1"'],
    [{ keep_alive: '5' }, 'keep_alive: expected seconds, or a duration such as "30m"'],
    [{ key_file: '/run/key.env' }, 'key_env: expected the name of the variable that key_file holds'],
  ])('refuses %j', async (options, message) => {
    expect(await validate(options)).toEqual([message]);
  });

  it('refuses an option that it does not know', async () => {
    expect(await validate({ keepalive: '5m' })).toEqual([expect.stringContaining('keepalive')]);
  });
});

describe('the address that a script passes', () => {
  it.each([
    ['nonsense', 'ollama: url: expected an address such as "http://localhost:11434"'],
    ['http://localhost:11434/v1', 'ollama: url: expected the base address, without "/api" or "/v1"'],
    [
      'http://ada:pw@localhost',
      'ollama: url: expected an address without user name, password, query and fragment',
    ],
  ])('has the rules of the config file: %s', (url, message) => {
    expect(() => createOllama({ url })).toThrow(
      expect.objectContaining({ code: 'invalid-request', path: 'url', provider: 'ollama', message }),
    );
  });
});

describe('a provider made by a host', () => {
  const hostWith = (environment: Readonly<Record<string, string>> = {}): PluginHost => ({
    id: 'lab',
    timeouts: {},
    transport: { checkAddress: () => undefined, lookup, fetch },
    secret: ({ env = 'LAB_API_KEY', file = '/nonexistent/lab.env' } = {}) =>
      resolveKey({ env, file, environment }),
    warn: () => undefined,
  });
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  beforeAll(async () => {
    upstream = await startUpstream();
  });
  afterAll(() => upstream.close());

  const ask = async (
    settings: OllamaSettings,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<unknown> => {
    upstream.clear();
    upstream.reply(json(last({ content: 'Hi' })));
    const provider = await plugin.create({ url: upstream.url, ...settings }, hostWith(environment));
    const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const;
    try {
      for await (const event of provider.stream(request, createCallContext())) if (!event) break;
      return upstream.requests[0];
    } catch (error) {
      expect(upstream.requests).toHaveLength(0);
      return error;
    } finally {
      await provider.close?.();
    }
  };

  it('sends no key unless the options ask for one', async () => {
    expect(await ask({}, { OLLAMA_API_KEY: 'sk-not-for-you' })).not.toHaveProperty('headers.authorization');
  });

  it('sends the key of a proxy as bearer, and says when it is missing', async () => {
    expect(await ask({ keyEnv: 'PROXY_KEY' }, { PROXY_KEY: 'sk-1' })).toMatchObject({
      headers: { authorization: 'Bearer sk-1' },
    });
    expect(await ask({ keyEnv: 'PROXY_KEY' })).toMatchObject({
      code: 'provider-unavailable',
      message: 'lab is not configured: set PROXY_KEY or put it in /nonexistent/lab.env',
    });
  });

  it('sends keep_alive with every chat, and the request’s own goes before it', async () => {
    expect(await ask({ keepAlive: '1h' })).toMatchObject({ json: { keep_alive: '1h' } });
  });

  it('has the id that the host gave, and without a host its plugin’s name', async () => {
    expect((await plugin.create({}, hostWith())).id).toBe('lab');
    expect(createOllama().id).toBe('ollama');
  });
});
