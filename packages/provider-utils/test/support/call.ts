import { type ChatError, isChatError } from '@lakehouse/chat-core';
import { type ScriptedUpstream, startUpstream } from '@lakehouse/provider-testkit';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createUpstream, type Upstream, type UpstreamCall, type UpstreamOptions } from '../../src/index.js';

export const get = (call: Partial<UpstreamCall> = {}): UpstreamCall => ({
  method: 'GET',
  path: '/chat',
  signal: new AbortController().signal,
  ...call,
});

export const stream = (call: Partial<UpstreamCall> = {}): UpstreamCall =>
  get({ delivery: 'stream', ...call });

/** The `ChatError` that a call ends in. */
export const failure = async (call: Promise<unknown>): Promise<ChatError> => {
  try {
    await call;
  } catch (error) {
    if (isChatError(error)) return error;
    throw error;
  }
  throw new Error('The call was expected to fail');
};

const readAll = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
};

/** Asks and reads the body to its end. */
export const readFrom = async (upstream: Upstream, call: UpstreamCall): Promise<string> =>
  readAll((await upstream.request(call)).body);

/** One scripted server for a file, and pools that are closed after each test. */
export const setUpServer = () => {
  let server: ScriptedUpstream;
  let pools: Upstream[] = [];
  beforeAll(async () => {
    server = await startUpstream();
  });
  afterEach(async () => {
    for (const pool of pools) await pool.close();
    pools = [];
    server.clear();
  });
  afterAll(() => server.close());
  return {
    get server() {
      return server;
    },
    pool(options: Partial<UpstreamOptions> = {}): Upstream {
      const pool = createUpstream({ provider: 'example', baseUrl: server.url, ...options });
      pools.push(pool);
      return pool;
    },
  };
};
