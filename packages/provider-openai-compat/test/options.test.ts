import { lookup } from 'node:dns';
import { type PluginHost, pluginDefect, resolveKey } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import plugin, { createOpenAICompat } from '../src/index.js';
import { optionsSchema } from '../src/options.js';
import { presets } from '../src/presets.js';
import { setUpServer } from './support/server.js';
import { basic, request } from './support/wire.js';

const problems = (options: unknown): unknown => {
  const result = optionsSchema.safeParse(options);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('options', () => {
  it('become settings', () => {
    const quirks = { max_tokens_field: 'max_completion_tokens', omit_parameters: ['top_k', 'think'] };
    const options = { url: 'http://10.0.0.5:8000/v1', key_env: 'LAB_KEY', models: { deny: ['a*'] }, quirks };
    expect(optionsSchema.parse(options)).toEqual({
      url: 'http://10.0.0.5:8000/v1',
      keyEnv: 'LAB_KEY',
      models: { deny: ['a*'] },
      quirks: { maxTokensField: 'max_completion_tokens', omitParameters: ['topK', 'think'] },
    });
  });

  it('know every quirk', () => {
    const { quirks } = presets.kimi;
    const snake = Object.entries({ ...quirks, omitParameters: ['top_k'] }).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value as unknown,
    ]);
    expect(
      optionsSchema.parse({ preset: 'kimi', quirks: Object.fromEntries(snake) as unknown }),
    ).toMatchObject({ quirks });
  });

  it.each([
    [{}, /^url: expected url = .* or preset = one of "openrouter", "opencode", "kimi"$/],
    [{ url: 'localhost:8000' }, /^url: expected an address with http/],
    [{ url: 'no address' }, /^url: expected an address such as/],
    [{ url: 'https://user:secret@example.com/v1' }, /^url: expected no user or password in the address/],
    [{ preset: 'acme' }, /^preset: .*"openrouter"/],
    [{ url: 'http://a/v1', key_file: '/etc/x.env' }, /^key_env: key_file needs key_env/],
    [{ url: 'http://a/v1', key_header: 'api-key' }, /^key_env: key_header needs key_env/],
    [{ url: 'http://a/v1', headers: { 'x-a': 'b\r\nx-c: d' } }, /^headers.x-a: expected one line/],
    [{ url: 'http://a/v1', headers: { 'x a': 'b' } }, /^headers.x a/],
    [{ url: 'http://a/v1', quirks: { no_such: true } }, /^quirks: .*no_such/],
    [{ url: 'http://a/v1', quirks: { omit_parameters: ['messages'] } }, /^quirks.omit_parameters.0/],
    [{ url: 'http://a/v1', key: 'sk-1' }, /key/],
  ])('%o is refused with the name of the field', (options, message) => {
    expect(problems(options)).toEqual([expect.stringMatching(message)]);
  });

  it('never repeat a password that stands in the address', () => {
    expect(JSON.stringify(problems({ url: 'https://user:secret@example.com' }))).not.toContain('secret');
    expect(() => createOpenAICompat({ url: 'https://user:secret@example.com' })).toThrow(
      /^url: expected no user/,
    );
  });

  it.each(['Authorization', 'proxy-authorization', 'X-Api-Key', 'api-key', 'Cookie'])(
    'a key belongs into key_env, not into the header %s',
    (name) => {
      expect(problems({ url: 'http://a/v1', headers: { [name]: 'Bearer sk-1' } })).toEqual([
        expect.stringMatching(new RegExp(`^headers.${name}: expected no key here: .*key_env.*key_header`)),
      ]);
    },
  );

  it.each(['key', 'API_KEY', 'apikey', 'token', 'access_token'])(
    'a key belongs into key_env, not into the query as %s',
    (name) => {
      expect(problems({ url: `https://a/v1?v=1&${name}=sk-1` })).toEqual([
        expect.stringMatching(new RegExp(`^url: expected no "${name}" in the query: .*key_env.*key_header`)),
      ]);
    },
  );

  it('never repeat a key that stands where none belongs', () => {
    const misplaced = { headers: { authorization: 'Bearer sk-1' }, url: 'https://a/v1?key=sk-1' };
    expect(JSON.stringify(problems(misplaced))).not.toContain('sk-1');
    expect(() => createOpenAICompat(misplaced)).toThrow(/^url: expected no "key"/);
    expect(() => createOpenAICompat({ ...misplaced, url: 'https://a/v1' })).toThrow(
      expect.objectContaining({ code: 'invalid-request', path: 'headers' }) as Error,
    );
  });

  it('are checked for scripts too', () => {
    expect(() => createOpenAICompat({})).toThrow(
      expect.objectContaining({ code: 'invalid-request', path: 'url' }) as Error,
    );
  });
});

describe('the plugin', () => {
  const hostWith = (environment: Readonly<Record<string, string>> = {}): PluginHost => ({
    id: 'lab',
    timeouts: {},
    transport: { checkAddress: () => undefined, lookup, fetch },
    secret: ({ env = 'LAB_API_KEY', file = '/nonexistent/lab.env' } = {}) =>
      resolveKey({ env, file, environment }),
    warn: () => undefined,
  });

  it('is one', () => {
    expect(pluginDefect(plugin)).toBeUndefined();
    expect(plugin.name).toBe('openai-compat');
  });

  it('a preset has the time limits of a hosted service, a plain server those of a model that has to load', () => {
    const { timeouts } = plugin;
    if (typeof timeouts !== 'function') throw new Error('the limits depend on the options');
    expect(timeouts({ preset: 'openrouter' }).firstContentMs).toBe(60_000);
    expect(timeouts({ url: 'http://127.0.0.1:9/v1' }).firstContentMs).toBe(300_000);
  });

  it('takes the id of the host, and its key only from where the host says', async () => {
    const provider = await plugin.create({ preset: 'kimi' }, hostWith());
    expect(provider.id).toBe('lab');
    expect(provider.credential).toEqual({
      present: false,
      hint: 'set KIMI_API_KEY or put it in /nonexistent/lab.env',
    });
    const other = await plugin.create({ preset: 'kimi', keyEnv: 'MY_KEY' }, hostWith({ MY_KEY: 'k' }));
    expect(other.credential).toMatchObject({ present: true, source: 'environment variable MY_KEY' });
  });

  it('asks a plain server for no key unless the options name one', async () => {
    const open = await plugin.create({ url: 'http://127.0.0.1:9/v1' }, hostWith());
    expect(open.credential).toBeUndefined();
    const closed = await plugin.create({ url: 'http://127.0.0.1:9/v1', keyEnv: 'LAB_KEY' }, hostWith());
    expect(closed.credential?.present).toBe(false);
  });
});

describe('headers', () => {
  const server = setUpServer();
  const headersFor = async (settings: Parameters<typeof createOpenAICompat>[0]) => {
    await server.ask(settings, request, basic.whole);
    return server.upstream.requests[0]?.headers ?? {};
  };

  it('a server without a key gets no authorization at all', async () => {
    expect(await headersFor({})).not.toHaveProperty('authorization');
  });

  it("the operator's own go before the defaults, whatever their case", async () => {
    const headers = await headersFor({ headers: { 'User-Agent': 'MyAgent/1', 'X-Team': 'lab' } });
    expect(headers).toMatchObject({ 'user-agent': 'MyAgent/1', 'x-team': 'lab' });
  });

  it('the key may have a header of its own (Azure)', async () => {
    const headers = await headersFor({ key: 'k-1', keyHeader: 'api-key' });
    expect(headers['api-key']).toBe('k-1');
    expect(headers).not.toHaveProperty('authorization');
  });
});
