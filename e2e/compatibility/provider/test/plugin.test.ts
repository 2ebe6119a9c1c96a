import {
  ChatError,
  type ChatEvent,
  collect,
  createCallContext,
  type PluginHost,
  type Provider,
  type SecretRequest,
} from '@lakehouse/chat-core';
import { json, type ScriptedUpstream, startUpstream } from '@lakehouse/provider-testkit';
import plugin from 'lakehouse-provider-courier';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyOf } from './key.js';

const request = { model: 'm-1', messages: [{ role: 'user', content: 'Hi' }] } as const;

let upstream: ScriptedUpstream;
let provider: Provider;
let asked: (SecretRequest | undefined)[] = [];
let warned: string[] = [];
let addresses: string[] = [];
let allowed = true;

const host: PluginHost = {
  id: 'lab',
  timeouts: { connectMs: 5_000 },
  transport: {
    checkAddress: (address) => {
      addresses.push(address);
      if (!allowed) throw new ChatError('unreachable', `${address} is not allowed`);
    },
    lookup: (name, _options, done) => done(new Error(`${name} is not looked up here`), ''),
    fetch: globalThis.fetch,
  },
  secret: (wanted) => {
    asked.push(wanted);
    return keyOf('sk-courier');
  },
  warn: (message) => warned.push(message),
};

/** Makes a provider as a host does: the options are checked first. */
const create = async (options: object): Promise<Provider> => {
  const checked = await plugin.options['~standard'].validate(options);
  if (checked.issues) throw new Error(checked.issues.map(({ message }) => message).join());
  return plugin.create(checked.value, host);
};

beforeEach(async () => {
  [asked, warned, addresses, allowed] = [[], [], [], true];
  upstream = await startUpstream();
  provider = await create({ url: upstream.url, key_file: 'courier.env' });
});
afterEach(async () => {
  await provider.close?.();
  await upstream.close();
});

describe('made by a host', () => {
  it('asks it for the key, and connects by its rules', async () => {
    upstream.reply(json({ text: 'Yes', done: 'stop' }));
    expect(await collect(provider.stream(request, createCallContext({ delivery: 'whole' })))).toMatchObject({
      content: 'Yes',
    });
    expect(provider.id).toBe('lab');
    expect(asked).toEqual([{ env: 'COURIER_API_KEY', file: 'courier.env' }]);
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-courier');
    expect(addresses).toEqual(['127.0.0.1']);
    expect(warned).toEqual([]);
  });

  it('reaches no address that the host refuses, and is not available then', async () => {
    allowed = false;
    expect(await provider.availability?.(createCallContext())).toEqual({
      available: false,
      detail: expect.stringContaining('127.0.0.1 is not allowed') as string,
    });
    expect(upstream.requests).toEqual([]);
  });

  it('warns of a key that is sent in the clear', async () => {
    await (await create({ url: 'http://courier.example' })).close?.();
    expect(warned).toEqual(['lab: the key is sent in the clear, use https:']);
  });

  it('refuses options that it does not know', async () => {
    await expect(create({ url: upstream.url, colour: 'red' })).rejects.toThrow(/colour/);
  });

  it('states the limits that suit its options', () => {
    const { timeouts } = plugin;
    const limits = typeof timeouts === 'function' ? timeouts : () => timeouts;
    expect(limits({ url: upstream.url, loads_models: true })).toMatchObject({ firstContentMs: 300_000 });
    expect(limits({ url: upstream.url, loads_models: false })).toMatchObject({ firstContentMs: 60_000 });
  });
});

describe('its other calls', () => {
  it('sends the request id, and the hosts that the call has passed', async () => {
    upstream.reply(json({ version: '3.1' }));
    const context = { ...createCallContext({ requestId: 'r-1' }), via: ['edge', 'core'] };
    expect(await provider.availability?.(context)).toEqual({ available: true, detail: '3.1' });
    expect(upstream.requests[0]?.headers).toMatchObject({
      'x-request-id': 'r-1',
      'x-courier-via': 'edge,core',
    });
  });

  it('passes on what the upstream sent, when that is asked for', async () => {
    const line = { text: 'Yes', done: 'stop', colour: 'red' };
    upstream.reply(json(line));
    const context = { ...createCallContext({ delivery: 'whole' }), rawChunks: true };
    const events: ChatEvent[] = [];
    for await (const event of provider.stream(request, context)) events.push(event);
    expect(events).toContainEqual({ type: 'raw-chunk', chunk: line });
  });

  it('embeds texts with the fields of its own, and refuses tokens and a missing vector', async () => {
    upstream.reply(json({ vectors: [[1, 0]] }));
    const embed = (change: object) =>
      provider.embed?.({ model: 'e-1', input: ['a'], dimensions: 2, ...change }, createCallContext());
    expect(await embed({ providerOptions: { courier: { fast: true } } })).toEqual({
      model: 'e-1',
      embeddings: [[1, 0]],
    });
    expect(upstream.requests[0]?.json).toEqual({ model: 'e-1', texts: ['a'], length: 2, fast: true });
    await expect(embed({ input: [], tokens: [[1]] })).rejects.toMatchObject({ code: 'unsupported' });
    await expect(embed({ input: ['a', 'b'] })).rejects.toMatchObject({ code: 'bad-response' });
  });
});
