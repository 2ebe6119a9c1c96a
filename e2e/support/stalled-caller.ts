import { once } from 'node:events';
import { connect } from 'node:net';

/** A caller that asks for a stream and reads nothing of it. */
export interface StalledCaller {
  readonly requestId: string;
  /** Reads what there is; resolves with everything when the other side has closed the connection. */
  readOn(): Promise<string>;
  leave(): void;
}

/** Asks on a bare socket, which takes nothing off the connection until it is told to. */
export const startStalledCaller = async (url: string, model: string): Promise<StalledCaller> => {
  const { hostname, port, host } = new URL(url);
  const requestId = `stalled-${crypto.randomUUID()}`;
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'hi' }] });
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.on('error', () => undefined); // a reset is one way to be let go
  await once(socket, 'connect');
  socket.write(
    `POST /v1/chat HTTP/1.1\r\nhost: ${host}\r\nx-request-id: ${requestId}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return {
    requestId,
    async readOn() {
      const pieces: Buffer[] = [];
      const closed = once(socket, 'close');
      socket.on('data', (piece: Buffer) => pieces.push(piece)).resume();
      await closed;
      return Buffer.concat(pieces).toString('utf8');
    },
    leave: () => socket.destroy(),
  };
};
