import type { IncomingHttpHeaders } from 'node:http';

/** RFC 9110 §7.6.1, and what RFC 2616 §13.5.1 listed before it: for one connection, never for the next. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
];

/** A client that names these in `Connection` would get its body sent on without framing, or to another host. */
const neverDropped = new Set(['content-length', 'host', 'transfer-encoding']);

const connectionOptions = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !neverDropped.has(name));

/**
 * The headers of a request for chatd: those of this connection dropped, the request id set. `transfer-encoding` stays:
 * it makes Node's client frame a body, which it would not do by itself for GET or DELETE, and a body without framing
 * would be read as the next request.
 */
export const toForwardedHeaders = (headers: IncomingHttpHeaders, requestId: string): IncomingHttpHeaders => {
  // Node has answered `expect: 100-continue` already.
  const dropped = new Set([...hopByHop, 'expect', ...connectionOptions(headers.connection)]);
  const kept = Object.entries(headers).filter(([name]) => !dropped.has(name));
  return { ...Object.fromEntries(kept), 'x-request-id': requestId };
};

/** chatd's raw headers (name, value, name, value …) for the client; a name that comes twice stays twice. */
export const toAnswerHeaders = (
  rawHeaders: readonly string[],
  connection: string | undefined,
  requestId: string,
): string[] => {
  const dropped = new Set([
    ...hopByHop,
    'transfer-encoding',
    'x-request-id',
    ...connectionOptions(connection),
  ]);
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!dropped.has(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] ?? '');
  }
  return [...kept, 'x-request-id', requestId];
};
