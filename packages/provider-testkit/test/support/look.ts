import { connect } from 'node:net';

/**
 * How a connection was left: the answer was complete, the server closed or reset the connection before it was, a chunk
 * had no valid length, or it was still open when the look ended.
 */
export type Ending = 'complete' | 'closed' | 'reset' | 'bad chunk' | 'open';

/** What stood on the wire. */
export interface Sight {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Without the transfer coding. */
  readonly body: Buffer;
  readonly ending: Ending;
  /** Milliseconds until the headers and until the first byte of the body; absent when there was none. */
  readonly headersMs: number | undefined;
  readonly bodyMs: number | undefined;
}

export interface LookOptions {
  /** Ends the look at a connection that stays open. */
  readonly forMs?: number;
  /** Ends the look at an answer without an end. */
  readonly maxBytes?: number;
}

const blankLine = Buffer.from('\r\n\r\n');

const dechunk = (bytes: Buffer): { readonly body: Buffer; readonly state: 'more' | 'end' | 'invalid' } => {
  const pieces: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', offset);
    const done = (state: 'more' | 'end' | 'invalid') => ({ body: Buffer.concat(pieces), state });
    if (lineEnd === -1) return done('more');
    const size = bytes.toString('latin1', offset, lineEnd);
    if (!/^[0-9a-f]+$/i.test(size)) return done('invalid');
    const start = lineEnd + 2;
    const length = Number.parseInt(size, 16);
    if (length === 0) return done('end');
    pieces.push(bytes.subarray(start, start + length));
    offset = start + length + 2;
  }
};

interface Parsed extends Omit<Sight, 'ending' | 'headersMs' | 'bodyMs'> {
  readonly state: 'more' | 'end' | 'invalid';
}

const parse = (bytes: Buffer): Parsed => {
  const headEnd = bytes.indexOf(blankLine);
  if (headEnd === -1) return { status: undefined, headers: {}, body: Buffer.alloc(0), state: 'more' };
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  const rest = bytes.subarray(headEnd + blankLine.length);
  const status = Number(first.split(' ')[1]);
  if (headers['transfer-encoding'] === 'chunked') return { status, headers, ...dechunk(rest) };
  const complete = rest.length >= Number(headers['content-length'] ?? Number.POSITIVE_INFINITY);
  return { status, headers, body: rest, state: complete ? 'end' : 'more' };
};

/** Sends one request and looks at the bytes that come, with no HTTP client between. */
export const look = (
  url: string,
  path: string,
  body: object | string,
  { forMs = 5000, maxBytes = 4 * 1024 * 1024 }: LookOptions = {},
): Promise<Sight> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const startedAt = performance.now();
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const pieces: Buffer[] = [];
    let bytes = 0;
    let headersMs: number | undefined;
    let bodyMs: number | undefined;
    const socket = connect(Number(port), hostname);
    const timer = setTimeout(() => finish('open'), forMs);
    const finish = (ending: Ending): void => {
      clearTimeout(timer);
      socket.destroy();
      const { state, ...seen } = parse(Buffer.concat(pieces));
      resolve({ ...seen, ending: state === 'invalid' ? 'bad chunk' : ending, headersMs, bodyMs });
    };
    socket.on('data', (piece) => {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes >= maxBytes) {
        finish('open');
        return;
      }
      if (bytes > 65_536) return; // nothing that has an end is longer
      const seen = parse(Buffer.concat(pieces));
      if (seen.status !== undefined) headersMs ??= performance.now() - startedAt;
      if (seen.body.length > 0) bodyMs ??= performance.now() - startedAt;
      if (seen.state === 'end') finish('complete');
    });
    socket.on('end', () => finish('closed'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      finish(error.code === 'ECONNRESET' ? 'reset' : 'closed');
    });
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`,
    );
  });
