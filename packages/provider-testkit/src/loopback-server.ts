import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** An HTTP server on the loopback interface. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  /** Those that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Closes the port and every socket. */
  close(): Promise<void>;
}

export interface LoopbackServerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** How long a connection may be idle; 0 means for ever, absent means Node's default. */
  readonly keepAliveTimeoutMs?: number;
}

/** The body of a request, read to its end. */
export const readBody = async (message: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
};

/** Starts a server; rejects when the port is taken. */
export const startLoopbackServer = async (
  answer: (message: IncomingMessage, response: ServerResponse) => Promise<void>,
  { port = 0, keepAliveTimeoutMs }: LoopbackServerOptions = {},
): Promise<LoopbackServer> => {
  const sockets = new Set<Socket>();
  const server = createServer((message, response) => {
    answer(message, response).catch((error: unknown) => {
      // A client that left while it was still sending, or a reply function that threw: its message has to be seen.
      if (!response.headersSent) response.statusCode = 500;
      response.end(`The reply failed: ${String(error)}`);
    });
  });
  if (keepAliveTimeoutMs !== undefined) server.keepAliveTimeout = keepAliveTimeoutMs;
  server.on('connection', (socket) => {
    socket.setNoDelay(true); // so that each `send` is a packet of its own
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    close: async () => {
      const closed = [...sockets].map((socket) => once(socket, 'close'));
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(closed);
    },
  };
};
