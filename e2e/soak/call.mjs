import { request } from 'node:http';
import { connect } from 'node:net';

const bodyOf = (model, stream) =>
  JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'hi' }] });

/**
 * Makes one call and resolves when it is over: `status` if there was one, the `text` of the body, whether it came
 * `complete`, and whether the caller had `left`, which it does after `leaveAfterMs` or `leaveAfterBytes`.
 */
export const call = (url, agent, { model, stream, headers, leaveAfterMs, leaveAfterBytes = Infinity }) =>
  new Promise((resolve) => {
    const body = bodyOf(model, stream);
    const pieces = [];
    let bytes = 0;
    let status;
    let left = false;
    let complete = false;
    const outgoing = request(`${url}/v1/chat`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
    });
    const leave = () => {
      left = true;
      outgoing.destroy();
    };
    const timer = leaveAfterMs === undefined ? undefined : setTimeout(leave, leaveAfterMs);
    outgoing.on('error', () => undefined); // `close` follows, and says the same
    outgoing.on('response', (answer) => {
      status = answer.statusCode;
      answer.on('data', (piece) => {
        bytes += piece.length;
        pieces.push(piece);
        if (bytes >= leaveAfterBytes) leave();
      });
      answer.on('end', () => {
        complete = answer.complete;
      });
      answer.on('error', () => undefined);
    });
    outgoing.on('close', () => {
      clearTimeout(timer);
      resolve({ status, text: Buffer.concat(pieces).toString('utf8'), left, complete });
    });
    outgoing.end(body);
  });

/** Asks for a stream, reads nothing of it for so long, and leaves. */
export const stall = (url, model, ms) =>
  new Promise((resolve) => {
    const { hostname, port, host } = new URL(url);
    const body = bodyOf(model, true);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.on('error', () => undefined); // to be reset is one way to be let go
    socket.write(
      `POST /v1/chat HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
