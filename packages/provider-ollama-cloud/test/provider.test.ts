import { lookup } from 'node:dns';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ChatRequest,
  chat,
  createCallContext,
  type PluginHost,
  type Provider,
  resolveKey,
} from '@lakehouse/chat-core';
import { json, startUpstream, text } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import plugin, { createOllamaCloud } from '../src/index.js';
import { last } from './support/lines.js';

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let provider: Provider;
beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => {
  upstream.clear();
  provider = createOllamaCloud({ url: upstream.url, key: 'sk-test' });
  return () => provider.close?.();
});
afterAll(() => upstream.close());

const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

describe('a prompt without words', () => {
  it.each<[string, ChatRequest['messages']]>([
    ['an empty user message', [{ role: 'user', content: '' }]],
    ['white space', [{ role: 'user', content: ' \n' }]],
    ['empty parts', [{ role: 'user', content: [{ type: 'text', text: '' }] }]],
    ['no parts', [{ role: 'user', content: [] }]],
    [
      'a whole empty conversation',
      [
        { role: 'system', content: '' },
        { role: 'user', content: '' },
        { role: 'assistant', content: '' },
      ],
    ],
  ])('is refused before any call: %s', async (_, messages) => {
    await expect(chat(provider, { ...request, messages })).rejects.toMatchObject({
      code: 'invalid-request',
      path: 'messages',
    });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('the options of the config file', () => {
  const validate = async (options: unknown): Promise<unknown> => {
    const result = await plugin.options['~standard'].validate(options);
    return result.issues ? result.issues[0]?.message : result.value;
  };

  it('are url, key_env and key_file', async () => {
    expect(await validate({ url: 'https://ollama.com', key_env: 'A', key_file: '/b' })).toEqual({
      url: 'https://ollama.com',
      keyEnv: 'A',
      keyFile: '/b',
    });
    expect(await validate({})).toEqual({});
    expect(await validate({ key: 'sk-1' })).toContain('key');
    expect(await validate({ url: 'ollama.com' })).toContain('expected an address');
  });
});

describe('the address that a script passes', () => {
  it.each(['nonsense', 'https://ollama.com/v1', 'https://ada:pw@ollama.com'])(
    'has the rules of the config file: %s',
    (url) => {
      const message: unknown = expect.stringMatching(/^ollama_cloud: url: expected /);
      expect(() => createOllamaCloud({ url, key: 'sk-test' })).toThrow(
        expect.objectContaining({ code: 'invalid-request', path: 'url', provider: 'ollama_cloud', message }),
      );
    },
  );
});

describe('the key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ollama-cloud-'));
  const keyFile = join(folder, 'ollama_cloud.env');
  writeFileSync(keyFile, 'OLLAMA_API_KEY=sk-file\n');
  afterAll(() => rmSync(folder, { recursive: true }));
  const hostWith = (hostFile: string, environment: Readonly<Record<string, string>> = {}): PluginHost => ({
    id: 'ollama_cloud',
    timeouts: {},
    transport: { checkAddress: () => undefined, lookup, fetch },
    secret: ({ env = 'OLLAMA_CLOUD_API_KEY', file = hostFile } = {}) =>
      resolveKey({ env, file, environment }),
    warn: () => undefined,
  });

  it('comes from OLLAMA_API_KEY, then from the host’s file', async () => {
    upstream.reply(json(last('Hi')));
    const options = { url: upstream.url };
    const fromVariable = await plugin.create(options, hostWith(keyFile, { OLLAMA_API_KEY: 'sk-env' }));
    const fromFile = await plugin.create(options, hostWith(keyFile));
    await chat(fromVariable, request);
    await chat(fromFile, request);
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer sk-env',
      'Bearer sk-file',
    ]);
    await fromVariable.close?.();
    await fromFile.close?.();
  });

  it('in a file that others can read is told to a script', async () => {
    chmodSync(keyFile, 0o644);
    const warnings: string[] = [];
    const warn = (message: string) => warnings.push(message);
    await createOllamaCloud({ keyFile, environment: {}, warn }).close?.();
    expect(warnings).toEqual([expect.stringContaining('chmod')]);
  });

  it('that is empty is none, and no other place is looked at', async () => {
    const empty = createOllamaCloud({
      url: upstream.url,
      key: ' ',
      environment: { OLLAMA_API_KEY: 'sk-env' },
    });
    await expect(chat(empty, request)).rejects.toMatchObject({ code: 'provider-unavailable' });
    expect(empty.credential?.present).toBe(false);
    await empty.close?.();
  });

  it('is named when it is missing, by every call, and nothing is sent', async () => {
    const missing = await plugin.create({ url: upstream.url }, hostWith('/nonexistent/a.env'));
    const error = {
      code: 'provider-unavailable',
      message: 'ollama_cloud is not configured: set OLLAMA_API_KEY or put it in /nonexistent/a.env',
    };
    await expect(chat(missing, request)).rejects.toMatchObject(error);
    await expect(missing.models?.(createCallContext())).rejects.toMatchObject(error);
    await expect(missing.embed?.({ model: 'm', input: ['a'] }, createCallContext())).rejects.toMatchObject(
      error,
    );
    expect(await missing.availability?.(createCallContext())).toEqual({
      available: false,
      detail: error.message,
    });
    expect(missing.credential?.present).toBe(false);
    expect(upstream.requests).toHaveLength(0);
    await missing.close?.();
  });
});

describe('availability', () => {
  it('does not claim more than it knows: the catalogue answers without a key too', async () => {
    upstream.reply(json({ models: [] }));
    expect(await provider.availability?.(createCallContext())).toEqual({
      available: true,
      detail: 'reachable; the key is only proved by a chat call',
    });
  });

  it('says why not', async () => {
    upstream.reply(text('upstream connect error', { status: 502 }));
    expect(await provider.availability?.(createCallContext())).toEqual({
      available: false,
      detail: 'ollama_cloud: upstream connect error',
    });
  });
});

describe('embed', () => {
  it('is offered, few models as there are for it', async () => {
    upstream.reply(json({ embeddings: [[1, 0]], prompt_eval_count: 2 }));
    const answer = await provider.embed?.({ model: 'nomic:cloud', input: ['a'] }, createCallContext());
    expect(answer).toEqual({ model: 'nomic', embeddings: [[1, 0]], usage: { input: 2 } });
    expect(upstream.requests[0]).toMatchObject({
      path: '/api/embed',
      json: { model: 'nomic', input: ['a'] },
    });
  });

  it('fails with what the cloud says about a model that cannot', async () => {
    upstream.reply(json({ error: 'this model does not support embeddings' }, { status: 400 }));
    await expect(provider.embed?.({ model: 'm', input: ['a'] }, createCallContext())).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});
