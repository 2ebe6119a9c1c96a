import { gzipSync } from 'node:zlib';
import type { Step } from '../script.js';
import { type FaultCall, type FaultRow, fault } from './fault.js';
import { answering, begun, goodBytes, multiByteCharacter } from './good-answer.js';
import { resetAtOnce } from './refused.js';

/** Time for a client in another process to read what it got: a RST may take it away. */
const pause: Step = { waitMs: 20 };

const halfACharacter = (call: FaultCall): Uint8Array => {
  const bytes = goodBytes(call);
  return bytes.subarray(0, bytes.lastIndexOf(multiByteCharacter) + 2);
};

const halfOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, Math.floor(bytes.length / 2));

/** The connection, or the body on it, breaks. */
export const cutFaults: readonly FaultRow[] = [
  fault(
    'reset-before-headers',
    'unreachable',
    'Resets the connection (RST) before any byte of an answer.',
    () => resetAtOnce,
  ),
  fault('reset-in-body', 'bad-response', 'Resets the connection (RST) after some content.', (call) =>
    answering(call, [...begun(call), pause, { reset: true }]),
  ),
  fault('cut-in-the-middle', 'bad-response', 'Closes the connection after some content.', (call) =>
    answering(call, [...begun(call), { cut: true }]),
  ),
  fault(
    'cut-inside-a-character',
    'bad-response',
    'Closes the connection after half of the bytes of a character.',
    (call) => answering(call, [{ send: halfACharacter(call) }, { cut: true }]),
  ),
  fault(
    'ends-in-the-middle',
    'bad-response',
    'The body ends properly after some content, and nothing says that the answer is complete.',
    (call) => answering(call, begun(call)),
  ),
  fault('malformed-chunk', 'bad-response', 'Sends a chunk of the body without a valid length.', (call) =>
    answering(call, [...begun(call), { raw: 'no length\r\nno chunk\r\n' }, pause, { cut: true }]),
  ),
  fault(
    'short-content-length',
    'bad-response',
    'Closes the connection after half of the bytes that Content-Length promised.',
    (call) => {
      const bytes = goodBytes(call);
      const headers = { 'content-length': String(bytes.length) };
      return answering(call, [{ send: halfOf(bytes) }, { cut: true }], headers);
    },
  ),
  fault(
    'truncated-gzip',
    'bad-response',
    'The body is gzip, although nobody asked for it, and ends properly after half of its bytes.',
    (call) => answering(call, [{ send: halfOf(gzipSync(goodBytes(call))) }], { 'content-encoding': 'gzip' }),
  ),
];
