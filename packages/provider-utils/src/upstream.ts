import { ChatError, type Secret, type Timeouts, type Transport, Turn } from '@lakehouse/chat-core';
import { Pool } from 'undici';
import { parseBaseUrl, pathBelow } from './base-url.js';
import { cancellableClients, type NotedDispatchOptions } from './cancellable-client.js';
import { defaultLimits, type SizeLimits } from './limits.js';
import { toOutgoingBody } from './outgoing-body.js';
import { ResponseReader } from './response-reader.js';
import { toTransportError } from './transport-error.js';
import { toUpstreamResponse, type UpstreamResponse } from './upstream-response.js';

/** Where an upstream is, and what holds for every call of it. */
export interface UpstreamOptions {
  /** Instance id, for errors. */
  readonly provider: string;
  /** `http:` or `https:`, a path prefix is kept. */
  readonly baseUrl: string;
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `Authorization: Bearer`; without it no such header is sent. */
  readonly secret?: Secret | undefined;
  /** Default none. */
  readonly timeouts?: Timeouts;
  /** A host's rules for addresses; without one every address may be reached. */
  readonly transport?: Transport | undefined;
  /** Default `defaultLimits`. */
  readonly limits?: Partial<SizeLimits>;
}

/** One HTTP request. */
export interface UpstreamCall {
  /** The HTTP method. */
  readonly method: 'GET' | 'POST';
  /** Below the base URL. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Over those of the upstream. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Closes the socket, also one that is still connecting. */
  readonly signal: AbortSignal;
  /** For errors. */
  readonly model?: string;
  /**
   * A whole answer says nothing until it is complete: neither the first-content nor the idle limit applies to it.
   * Default `whole`.
   */
  readonly delivery?: 'stream' | 'whole';
}

/** A pool of connections to one upstream. */
export interface Upstream {
  /** Base URL without a key, for the operator's eyes. */
  readonly baseUrl: string;
  /** Those in force, defaults included. */
  readonly limits: SizeLimits;
  /** Calls the upstream and resolves with whatever status it answers. Throws `ChatError` for transport faults. */
  request(call: UpstreamCall): Promise<UpstreamResponse>;
  /** Closes every socket, those in use too. */
  close(): Promise<void>;
}

/** Node's timers take a longer delay for one of a millisecond, and undici refuses Infinity. */
const longestTimerMs = 2 ** 31 - 1;
const timerMs = (ms = 0): number => Math.min(ms, longestTimerMs);

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const streamTypes = 'text/event-stream, application/x-ndjson, application/json';

/** Names and values in turn, as undici takes them with the least work. */
const toPairs = (headers: Readonly<Record<string, string>>): string[] => Object.entries(headers).flat();

/** Hands a call to undici, which tells the reader whatever is wrong with it. */
const dispatch = (pool: Pool, outgoing: NotedDispatchOptions, reader: ResponseReader): void => {
  pool.dispatch(outgoing, reader);
};

/** The connections to one upstream, with separate time limits, size limits, and an abort that reaches the socket. */
export const createUpstream = (options: UpstreamOptions): Upstream => {
  const { provider } = options;
  const base = parseBaseUrl(options.baseUrl);
  const limits = { ...defaultLimits, ...options.limits };
  const connectMs = timerMs(options.timeouts?.connectMs);
  const firstContentMs = timerMs(options.timeouts?.firstContentMs);
  const idleMs = timerMs(options.timeouts?.idleMs);
  const openPool = (): Pool =>
    new Pool(base.origin, {
      connections: null, // a bounded pool would queue the next stream without a word
      allowH2: false, // cancelling has to close a socket, which a multiplexed connection would not
      ...cancellableClients(connectMs, options.transport),
    });
  // undici's pool looks for a free connection one by one: thousands of held streams would be in the way of every short call.
  const pools = { stream: openPool(), whole: openPool() };
  const turn = new Turn();

  const common = lowerCased(options.headers ?? {});
  const { secret } = options;

  /** All but the key, which is not kept anywhere. */
  const headersWithoutKey = ({
    delivery,
    body,
    headers,
  }: Omit<UpstreamCall, 'method' | 'path' | 'signal'>) => {
    const { authorization, ...others } = {
      accept: delivery === 'stream' ? streamTypes : 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...common,
      ...(headers && lowerCased(headers)),
    } as Record<string, string>;
    return toPairs(secret || authorization === undefined ? others : { ...others, authorization });
  };
  const usual = {
    stream: headersWithoutKey({ delivery: 'stream', body: '' }),
    whole: headersWithoutKey({ delivery: 'whole', body: '' }),
  };
  const headersOf = (call: UpstreamCall): string[] => {
    const isUsual = call.headers === undefined && call.body !== undefined;
    const pairs = isUsual ? usual[call.delivery ?? 'whole'] : headersWithoutKey(call);
    return secret ? [...pairs, 'authorization', `Bearer ${secret.reveal()}`] : pairs;
  };

  // Nearly all calls of an upstream have the same path.
  let lastPath = '';
  let below = pathBelow(base, lastPath);
  const fullPathOf = (path: string): string => {
    if (path !== lastPath) below = pathBelow(base, path);
    lastPath = path;
    return below;
  };

  /** Begins a call. It does not wait, so that nothing keeps the call's body while the answer is waited for. */
  const send = (call: UpstreamCall) => {
    const { signal, model } = call;
    const fault = { provider, model, signal };
    const streamed = call.delivery === 'stream';
    const startedAt = performance.now();
    const connection = { isNew: false };
    const { body, length } = toOutgoingBody(call.body);
    const headers = headersOf(call);
    const outgoing: NotedDispatchOptions = {
      method: call.method,
      path: fullPathOf(call.path),
      headers: length === undefined ? headers : [...headers, 'content-length', String(length)],
      body: body as NotedDispatchOptions['body'] & typeof body, // undici's types leave out the iterables that it takes
      signal,
      headersTimeout: streamed ? firstContentMs : 0,
      bodyTimeout: 0, // `PieceStream` tells the silence before the first piece from the one between two
      connection,
    };
    if (signal.aborted) throw toTransportError(signal.reason, { ...fault, stage: 'request' });
    const reader = new ResponseReader(signal, turn);
    // Calls that go on together are written one behind the other, when each has come so far.
    process.nextTick(dispatch, pools[call.delivery ?? 'whole'], outgoing, reader);
    return {
      reader,
      connection,
      fault,
      context: { ...fault, limits, streamed, firstContentMs, idleMs, startedAt },
    };
  };

  const receive = async ({ reader, connection, fault, context }: ReturnType<typeof send>) => {
    const head = await reader.head.catch((error: unknown) => {
      throw toTransportError(error, { ...fault, stage: 'request', reused: !connection.isNew });
    });
    return toUpstreamResponse(head, reader, context);
  };

  const request = (call: UpstreamCall): Promise<UpstreamResponse> => {
    try {
      return receive(send(call));
    } catch (error) {
      return Promise.reject(error);
    }
  };

  return {
    baseUrl: `${base.origin}${base.pathname}`,
    limits,
    request,
    close: async () => {
      const reason = new ChatError('unreachable', `${provider} was closed`, { provider, retryable: false });
      const open = Object.values(pools).filter(({ destroyed }) => !destroyed);
      await Promise.all(open.map((pool) => pool.destroy(reason)));
    },
  };
};
