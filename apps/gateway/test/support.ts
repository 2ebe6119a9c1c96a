import { once } from 'node:events';
import {
  type Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { GatewayConfig } from '../src/config.js';
import { type Gateway, startGateway } from '../src/gateway.js';

/** A stand-in of chatd; gives its URL. */
export const startChatd = async (listener: RequestListener): Promise<URL> => {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
};

export interface LogLine {
  readonly msg: string;
  readonly level: number;
  readonly [field: string]: unknown;
}

export interface TestGateway extends Gateway {
  readonly origin: string;
  readonly port: number;
  readonly lines: readonly LogLine[];
  /** The log line of the only request so far; waits for it. */
  requestLine(): Promise<LogLine>;
}

/** A gateway in this process before the given chatd. */
export const startTestGateway = async (
  chatdUrl: URL,
  overrides: Partial<GatewayConfig> = {},
): Promise<TestGateway> => {
  const lines: LogLine[] = [];
  const logger = pino(
    { level: 'debug', base: null },
    { write: (line: string) => lines.push(JSON.parse(line) as LogLine) },
  );
  const gateway = await startGateway(
    {
      bind: { host: '127.0.0.1', port: 0 },
      anyHost: false,
      allowedHosts: [],
      chatdUrl,
      connectTimeout: 2_000,
      idleTimeout: 5_000,
      drainTimeout: 0,
      ...overrides,
    },
    logger,
  );
  onTestFinished(() => gateway.stop());
  const { port } = gateway.address;
  const requestLine = async (): Promise<LogLine> => {
    let line: LogLine | undefined;
    await until(() => {
      line = lines.find(({ msg }) => msg === 'request');
      return line !== undefined;
    });
    return line as LogLine;
  };
  return { ...gateway, origin: `http://127.0.0.1:${port}`, port, lines, requestLine };
};

/** Waits until a condition holds; the test's own time limit ends it otherwise. Gives the milliseconds waited. */
export const until = async (condition: () => boolean): Promise<number> => {
  const start = performance.now();
  while (!condition()) await sleep(2);
  return performance.now() - start;
};

/** A request on a connection of its own, so that leaving closes the connection. */
export const ask = (
  url: string,
  options: { method?: string; headers?: Record<string, string | string[]>; agent?: Agent } = {},
): ClientRequest => {
  const call = request(url, { agent: false, ...options });
  onTestFinished(() => {
    call.on('error', () => undefined).destroy();
  });
  return call;
};

export const answerOf = async (call: ClientRequest): Promise<IncomingMessage> => {
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  return answer;
};

/** Sends bytes as they are and gives everything that comes back until the connection ends. */
export const sendRaw = async (port: number, bytes: string): Promise<string> => {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.write(bytes, 'latin1');
  return text(socket);
};
