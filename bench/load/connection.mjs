import { connect } from 'node:net';
import { createReplyParser } from './reply-parser.mjs';

/**
 * One keep-alive connection that sends prepared bytes and checks what comes back. `send(done)` sends the request once;
 * `done(problem)` is called when the reply is complete, with what is wrong or undefined.
 */
export const openConnection = ({ host, port }, request, check) => {
  const socket = connect({ host, port, noDelay: true });
  let status = 0;
  let done;
  const settle = (problem) => {
    const call = done;
    done = undefined;
    call?.(problem);
  };
  const parser = createReplyParser({
    onStatus: (value) => {
      status = value;
    },
    onBody: (bytes) => check.take(bytes),
    onEnd: () => settle(check.end(status)),
  });
  socket.on('data', (bytes) => {
    try {
      parser.push(bytes);
    } catch (error) {
      socket.destroy();
      settle(error.message);
    }
  });
  socket.on('error', (error) => settle(error.message));
  socket.on('close', () => settle('the connection was closed in the middle of a reply'));
  return {
    socket,
    /** Resolves when the connection stands; whoever sends need not wait for it. */
    connected: new Promise((resolve) => {
      socket.once('connect', resolve);
      socket.once('close', resolve);
    }),
    send(callback) {
      done = callback;
      check.begin();
      if (socket.destroyed) settle('the connection is closed');
      else socket.write(request);
    },
    close() {
      done = undefined;
      socket.destroy();
    },
  };
};

/** The bytes of a POST. */
export const toRequest = ({ host, port, path, headers = {} }, body) => {
  const bytes = Buffer.from(body);
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: ${host}:${port}`,
    'content-type: application/json',
    `content-length: ${bytes.length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]);
};
