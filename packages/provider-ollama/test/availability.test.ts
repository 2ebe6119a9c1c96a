import { type Availability, createCallContext } from '@lakehouse/chat-core';
import { json, type Script, startUpstream, text } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOllama } from '../src/index.js';

let upstream: Awaited<ReturnType<typeof startUpstream>>;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());

const ask = async (
  reply: Script,
  url = upstream.url,
  signal?: AbortSignal,
): Promise<Availability | undefined> => {
  upstream.reply(reply);
  const provider = createOllama({ url });
  try {
    return await provider.availability?.(createCallContext(signal && { signal }));
  } finally {
    await provider.close?.();
  }
};

describe('availability', () => {
  it('gives the server’s version', async () => {
    expect(await ask(json({ version: '0.13.0-rc1' }))).toEqual({ available: true, detail: '0.13.0-rc1' });
    expect(upstream.requests.at(-1)?.path).toBe('/api/version');
  });

  it('names the address of a server that is not running', async () => {
    const gone = await startUpstream();
    await gone.close();
    const answer = await ask(json({}), gone.url);
    expect(answer?.available).toBe(false);
    expect(answer?.detail).toMatch(new RegExp(`is it running.*${gone.url}`));
  });

  it.each([
    ['some other server', json({ hello: 'world' })],
    ['a page', text('<html><title>Router</title></html>')],
    ['a refusal', text('', { status: 403 })],
  ])('does not take %s for Ollama', async (_, reply) => {
    const answer = await ask(reply);
    expect(answer).toEqual({ available: false, detail: expect.stringContaining(upstream.url) as unknown });
  });

  it('gives up on a server that stays silent after 2 seconds', async () => {
    const since = performance.now();
    const answer = await ask({ beforeHeaders: true, steps: [{ silence: true }] });
    expect(answer?.detail).toBe(`no answer within 2 s (${upstream.url}/)`);
    expect(performance.now() - since).toBeLessThan(4_000);
  });

  it('answers too when the caller leaves', async () => {
    expect(await ask(json({ version: '1' }), upstream.url, AbortSignal.abort())).toMatchObject({
      available: false,
    });
  });
});
