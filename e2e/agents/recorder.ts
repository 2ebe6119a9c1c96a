import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** One request of an agent, and what chatd made of it. */
interface Exchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: string;
  readonly status: number;
  /** Of the header `x-chatd-warnings`. */
  readonly warnings: readonly { readonly code: string; readonly parameter?: string }[];
}

/** Stands between an agent and chatd, and changes nothing. */
export interface Recorder {
  readonly url: string;
  /** In the order of their answers. */
  readonly exchanges: readonly Exchange[];
  clear(): void;
  close(): Promise<void>;
}

const forward = async (message: IncomingMessage, response: ServerResponse, target: string) => {
  const { method = 'GET', url = '/', headers } = message;
  const onward = request(new URL(url, target), { method, headers });
  response.once('close', () => onward.destroy());
  const pieces: Buffer[] = [];
  message.on('data', (piece: Buffer) => pieces.push(piece));
  const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
  const [[answer]] = await Promise.all([answered, pipeline(message, onward)]);
  const status = answer.statusCode ?? 0;
  const warnings = JSON.parse(String(answer.headers['x-chatd-warnings'] ?? '[]')) as Exchange['warnings'];
  response.writeHead(status, answer.headers);
  return {
    exchange: { method, path: url, body: Buffer.concat(pieces).toString('utf8'), status, warnings },
    passOn: () => pipeline(answer, response),
  };
};

export const startRecorder = async (target: string): Promise<Recorder> => {
  let exchanges: Exchange[] = [];
  const server = createServer((message, response) => {
    forward(message, response, target)
      .then(({ exchange, passOn }) => {
        exchanges.push(exchange);
        return passOn();
      })
      .catch(() => response.destroy()); // the agent has left, or chatd has: the test misses it in the list
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get exchanges() {
      return exchanges;
    },
    clear() {
      exchanges = [];
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
