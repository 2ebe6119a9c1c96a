import { lookup } from 'node:dns';
import { chat, createCallContext, type PluginHost, resolveKey } from '@lakehouse/chat-core';
import { json, startUpstream } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plugin, { type ChatdSettings, createChatd } from '../src/index.js';
import { whole } from './support/wire.js';

const validate = async (options: unknown): Promise<unknown> => {
  const result = await plugin.options['~standard'].validate(options);
  return result.issues
    ? result.issues.map(({ path, message }) => `${path?.map(String).join('.')}: ${message}`)
    : result.value;
};

describe('the options of the config file', () => {
  it.each([
    [{}, {}],
    [{ url: 'http://10.0.0.5:3220/chat' }, { url: 'http://10.0.0.5:3220/chat' }],
    [
      { key_env: 'PROXY_KEY', key_file: '/run/key.env' },
      { keyEnv: 'PROXY_KEY', keyFile: '/run/key.env' },
    ],
  ])('takes %j', async (options, settings) => {
    expect(await validate(options)).toEqual(settings);
  });

  it.each([
    [{ url: 'localhost:3220' }, 'url: expected an address such as "http://127.0.0.1:3220"'],
    [{ url: 'ftp://localhost' }, 'url: expected an address such as "http://127.0.0.1:3220"'],
    [
      { url: 'http://ada:pw@localhost' },
      'url: expected an address without user name, password, query and fragment',
    ],
    [{ url: 'http://localhost:3220/v1' }, 'url: expected the base address, without "/v1" or "/v1/chat"'],
    [
      { url: 'http://localhost:3220/v1/chat/' },
      'url: expected the base address, without "/v1" or "/v1/chat"',
    ],
    [{ key_file: '/run/key.env' }, 'key_env: expected the name of the variable that key_file holds'],
  ])('refuses %j', async (options, message) => {
    expect(await validate(options)).toEqual([message]);
  });

  it('refuses an option that it does not know', async () => {
    expect(await validate({ adress: 'x' })).toEqual([expect.stringContaining('adress')]);
  });

  it('are the rules of a script’s address too', () => {
    expect(() => createChatd({ url: 'http://localhost:3220/v1' })).toThrow(
      expect.objectContaining({ code: 'invalid-request', path: 'url', provider: 'chatd' }),
    );
  });
});

describe('a provider made by a host', () => {
  const warnings: string[] = [];
  const host: PluginHost = {
    id: 'platform',
    timeouts: {},
    transport: { checkAddress: () => undefined, lookup, fetch },
    secret: ({ env = 'PLATFORM_API_KEY', file = '/nonexistent/platform.env' } = {}) =>
      resolveKey({ env, file, environment: { PROXY_KEY: 'sk-1', PLATFORM_API_KEY: 'sk-not-asked-for' } }),
    warn: (message) => warnings.push(message),
  };
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  beforeAll(async () => {
    upstream = await startUpstream();
    upstream.reply(json(whole('Hi')));
  });
  afterAll(() => upstream.close());

  const ask = async (options: ChatdSettings, via?: readonly string[]): Promise<unknown> => {
    upstream.clear();
    const provider = await plugin.create({ url: upstream.url, ...options }, host);
    const context = { ...createCallContext({ delivery: 'whole', requestId: 'r-1' }), ...(via && { via }) };
    try {
      const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const;
      for await (const event of provider.stream(request, context)) expect(event.type).toBeTypeOf('string');
      return upstream.requests[0];
    } catch (error) {
      expect(upstream.requests).toHaveLength(0);
      return error;
    } finally {
      await provider.close?.();
    }
  };

  it('sends no key unless the options ask for one', async () => {
    expect(await ask({})).not.toHaveProperty('headers.authorization');
  });

  it('sends the key of a proxy as bearer, and says when it is missing', async () => {
    expect(await ask({ keyEnv: 'PROXY_KEY' })).toHaveProperty('headers.authorization', 'Bearer sk-1');
    expect(await ask({ keyEnv: 'NO_SUCH_KEY' })).toMatchObject({
      code: 'provider-unavailable',
      message: 'platform is not configured: set NO_SUCH_KEY or put it in /nonexistent/platform.env',
    });
  });

  it('sends the request id and the services that the call has passed through', async () => {
    expect(await ask({}, ['first', 'second'])).toMatchObject({
      headers: { 'x-request-id': 'r-1', 'x-chatd-via': 'first,second' },
    });
  });

  it('leaves out a request id that the other chatd would not take', async () => {
    const provider = createChatd({ url: upstream.url });
    upstream.clear();
    await chat(
      provider,
      { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
      { requestId: 'two words\n' },
    );
    expect(upstream.requests[0]?.headers).not.toHaveProperty('x-request-id');
    await provider.close?.();
  });

  it('says that a key of a script is empty', () => {
    const { credential } = createChatd({ key: ' ' });
    expect(credential).toEqual({ present: false, hint: 'pass a "key" that is not empty' });
  });

  it('has the id that the host gave, and without a host its plugin’s name', async () => {
    expect((await plugin.create({}, host)).id).toBe('platform');
    expect(createChatd().id).toBe('chatd');
  });
});
