import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { readBody, startLoopbackServer } from './loopback-server.js';
import { play } from './play.js';
import { type Script, text } from './script.js';

/** What an upstream answers: the same to everyone, or chosen by the request. */
export type Reply = Script | ((request: RecordedRequest) => Script);

/** A request as it arrived, its body read to the end. */
export interface RecordedRequest {
  /** In upper case. */
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  /** The body as text. */
  readonly text: string;
  /** The body parsed; throws when it is not JSON. */
  readonly json: unknown;
  /** `performance.now()` of the moment in which the client closed the connection before the script's end. */
  readonly closed: Promise<number>;
  /** Resolves when the script has been played to its end or its silence, or the client has left. */
  readonly finished: Promise<void>;
}

/** A server on a real socket that answers with scripts. */
export interface ScriptedUpstream {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  /** In the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** What to answer from now on. */
  reply(reply: Reply): void;
  /** Forgets the requests so far. */
  clear(): void;
  /** Resolves with request number `count` (counted from 1 since the last `clear`) once it has arrived. */
  received(count?: number): Promise<RecordedRequest>;
  /** Connections that are open now. */
  openSockets(): number;
  /** Closes the port and every socket. */
  close(): Promise<void>;
}

const record = (message: IncomingMessage, body: string, response: ServerResponse) => {
  const closed = Promise.withResolvers<number>();
  const finished = Promise.withResolvers<void>();
  const request: RecordedRequest = {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers,
    text: body,
    get json(): unknown {
      return JSON.parse(body);
    },
    closed: closed.promise,
    finished: finished.promise,
  };
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) closed.resolve(performance.now());
    gone.abort();
  });
  return { request, gone: gone.signal, finish: finished.resolve };
};

/** Starts an upstream that answers what it is told to, on a free port of the loopback interface. */
export const startUpstream = async (): Promise<ScriptedUpstream> => {
  let requests: RecordedRequest[] = [];
  let reply: Reply = text('no reply has been set', { status: 500 });
  const waiting = new Set<() => void>();

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { request, gone, finish } = record(message, await readBody(message), response);
    requests.push(request);
    for (const check of waiting) check();
    await play(typeof reply === 'function' ? reply(request) : reply, response, gone);
    finish();
  };

  const server = await startLoopbackServer(answer);

  return {
    url: server.url,
    get requests() {
      return requests;
    },
    reply: (next) => {
      reply = next;
    },
    clear: () => {
      requests = [];
    },
    received: (count = 1) =>
      new Promise((resolve) => {
        const check = (): void => {
          const request = requests[count - 1];
          if (!request) return;
          waiting.delete(check);
          resolve(request);
        };
        waiting.add(check);
        check();
      }),
    openSockets: () => server.sockets.size,
    close: () => server.close(),
  };
};
