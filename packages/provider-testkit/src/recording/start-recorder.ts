import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import { request as requestHttps } from 'node:https';
import { startLoopbackServer } from '../loopback-server.js';
import { type RawCall, toTranscript } from './to-transcript.js';
import type { Transcript } from './transcript.js';

export interface RecorderOptions {
  /** `http:` or `https:`; a path is put before those of the requests. */
  readonly upstream: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Takes each call when it is over, in whatever way. */
  readonly onTranscript: (transcript: Transcript) => void;
  /** Told of a call that could not be recorded, in a sentence. */
  readonly onProblem: (problem: string) => void;
}

/** A proxy on the loopback interface. */
export interface Recorder {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  /** Closes the port and every socket. */
  close(): Promise<void>;
}

/** Headers that are about one connection, or that would hide the bytes. */
const ownHeader =
  /^(host|connection|keep-alive|transfer-encoding|upgrade|te|trailer|expect|proxy-.*|accept-encoding)$/;

const flat = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ownHeader.test(name) ? [] : [[name, [value].flat().join(', ')]],
    ),
  );

const readBytes = async (message: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
};

/** Passes every read on as it comes, and notes it; resolves with how the answer ended. */
const passOn = (
  incoming: IncomingMessage,
  response: ServerResponse,
  note: (bytes: Buffer) => void,
): Promise<RawCall['end']> =>
  new Promise((resolve) => {
    incoming.on('data', (bytes: Buffer) => {
      note(bytes);
      if (!response.write(bytes)) incoming.pause();
    });
    response.on('drain', () => incoming.resume());
    incoming.once('end', () => {
      resolve('complete');
      response.end();
    });
    incoming.once('error', () => {
      resolve('cut');
      response.destroy();
    });
    response.once('close', () => {
      resolve('left');
      incoming.destroy();
    });
  });

/** Starts the proxy; throws a `TypeError` for an upstream that is no HTTP address, rejects when the port is taken. */
export const startRecorder = async ({
  upstream,
  port = 0,
  onTranscript,
  onProblem,
}: RecorderOptions): Promise<Recorder> => {
  const base = new URL(upstream);
  if (!/^https?:$/.test(base.protocol)) throw new TypeError(`--upstream must begin with http:// or https://`);
  const prefix = base.pathname.replace(/\/$/, '');
  const ask = base.protocol === 'https:' ? requestHttps : requestHttp;

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/' } = message;
    const body = await readBytes(message);
    const requestHeaders = flat(message.headers);
    const askedAt = performance.now();
    const outgoing = ask(base.origin, {
      method,
      path: prefix + path, // as it stands: it must not be able to name another host
      headers: { ...requestHeaders, 'accept-encoding': 'identity' },
      agent: false,
    });
    response.once('close', () => outgoing.destroy());
    outgoing.on('error', () => undefined); // of a reset in the middle; the answer, or who waits for it below, tells the same
    outgoing.end(body);
    let incoming: IncomingMessage;
    try {
      [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    } catch (error) {
      onProblem(`${method} ${path.split('?', 1)[0]} was not answered: ${(error as Error).message}`);
      response.destroy();
      return;
    }
    const { statusCode: status = 502 } = incoming;
    const responseHeaders = flat(incoming.headers);
    const headersAt = performance.now();
    response.writeHead(status, responseHeaders);
    response.flushHeaders();
    const chunks: { ms: number; bytes: Buffer }[] = [];
    const since = (moment: number): number => Math.round(performance.now() - moment);
    const end = await passOn(incoming, response, (bytes) => chunks.push({ ms: since(headersAt), bytes }));
    if (responseHeaders['content-encoding'] !== undefined) {
      onProblem(
        `${method} ${path.split('?', 1)[0]} was answered compressed, so that nothing could be taken out`,
      );
      return;
    }
    const headersMs = Math.round(headersAt - askedAt);
    onTranscript(
      toTranscript({ method, path, requestHeaders, body, status, responseHeaders, headersMs, chunks, end }),
    );
  };

  const server = await startLoopbackServer(answer, { port });
  return { url: server.url, close: () => server.close() };
};
