import { lookup } from 'node:dns';
import { ChatError, type Transport } from '@lakehouse/chat-core';
import { json } from '@lakehouse/provider-testkit';
import { describe, expect, it } from 'vitest';
import { failure, get, readFrom, setUpServer } from './support/call.js';

const bench = setUpServer();
const refusal = new ChatError('provider-unavailable', 'example may not connect there');

/** Lets some addresses be reached; names are looked up as `lookUp` does. */
const transportFor = (allowed: readonly string[], lookUp: Transport['lookup'] = lookup) => {
  const asked: string[] = [];
  const transport: Transport = {
    checkAddress(address) {
      asked.push(address);
      if (!allowed.includes(address)) throw refusal;
    },
    lookup: lookUp,
    fetch,
  };
  return { transport, asked };
};

describe('the transport of a host', () => {
  it.each([
    ['http://127.0.0.1:9', '127.0.0.1'],
    ['https://127.0.0.1:9', '127.0.0.1'],
    ['http://2130706433:9', '127.0.0.1'],
    ['http://[::1]:9', '::1'],
    ['http://[::ffff:127.0.0.1]:9', '::ffff:7f00:1'],
  ])('is asked before a connection is made to %s, and its refusal is the error', async (baseUrl, address) => {
    const { transport, asked } = transportFor([]);
    expect(await failure(bench.pool({ baseUrl, transport }).request(get()))).toBe(refusal);
    expect(asked).toEqual([address]);
  });

  it('lets an address be reached', async () => {
    bench.server.reply(json({ a: 1 }));
    const { transport, asked } = transportFor(['127.0.0.1']);
    expect(await readFrom(bench.pool({ transport }), get())).toBe('{"a":1}');
    expect(asked).toEqual(['127.0.0.1']);
  });

  it('resolves names: a connection goes where it says, or nowhere', async () => {
    const baseUrl = bench.server.url.replace('127.0.0.1', 'name.invalid');
    bench.server.reply(json({ a: 1 }));
    const led = transportFor([], (_name, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]),
    );
    expect(await readFrom(bench.pool({ baseUrl, transport: led.transport }), get())).toBe('{"a":1}');
    const refused = transportFor([], (_name, _options, callback) => callback(refusal, []));
    const pool = bench.pool({ baseUrl, transport: refused.transport });
    expect(await failure(pool.request(get()))).toBe(refusal);
    expect(bench.server.requests).toHaveLength(1);
  });

  it('refuses for the caller that is there: one that left has left', async () => {
    const { transport } = transportFor([]);
    const controller = new AbortController();
    const call = failure(bench.pool({ transport }).request(get({ signal: controller.signal })));
    controller.abort();
    expect((await call).code).toBe('aborted');
  });
});
