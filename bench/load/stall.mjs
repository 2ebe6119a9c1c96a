import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { toRequest } from './connection.mjs';

const limitMs = 15_000;

/**
 * Callers who ask for a large stream, see it begin and then read nothing for `forMs`. `onStalled()` is told when all have
 * begun; resolves when they have left.
 */
export const runStall = async ({ target, body, streams, forMs }, { onStalled }) => {
  const request = toRequest(target, body);
  const sockets = [];
  const begin = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: target.host, port: target.port });
      sockets.push(socket);
      const timer = setTimeout(() => reject(new Error('a stream did not begin')), limitMs);
      socket.on('error', reject);
      socket.once('data', (bytes) => {
        clearTimeout(timer);
        socket.pause();
        const head = bytes.latin1Slice(0, 200);
        if (head.startsWith('HTTP/1.1 200 ')) resolve();
        else reject(new Error(`no stream: ${head}`));
      });
      socket.write(request);
    });
  try {
    await Promise.all(Array.from({ length: streams }, begin));
    onStalled();
    await sleep(forMs);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return { streams };
};
