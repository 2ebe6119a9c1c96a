import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface RawServer {
  readonly url: string;
  readonly port: number;
  openSockets(): number;
  /** How many connections have been made. */
  connections(): number;
  close(): Promise<void>;
}

/** A TCP server that does with each connection what it is told, once the first bytes have come. */
export const startRawServer = async (onRequest: (socket: Socket) => void): Promise<RawServer> => {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined); // the client may leave as it likes
    socket.once('close', () => sockets.delete(socket));
    socket.once('data', () => onRequest(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    openSockets: () => sockets.size,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
