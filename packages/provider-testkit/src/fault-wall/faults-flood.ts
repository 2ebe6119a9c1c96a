import type { Step } from '../script.js';
import { type FaultCall, type FaultRow, fault } from './fault.js';
import { answering } from './good-answer.js';

const mebibyte = 1024 * 1024;
const mark = 'CONTENT';
const filling = Buffer.alloc(64 * 1024, 'x');
const endlessText = 'on and on '.repeat(1600);

/** The bytes of a frame, or of a whole answer, up to the place where its text goes on. */
const openText = (call: FaultCall): string => {
  const { protocol } = call;
  const start = call.stream ? protocol.start(call) : '';
  const framed = call.stream ? protocol.delta(call, mark) : protocol.whole(call, mark, true);
  return start + framed.slice(0, framed.lastIndexOf(mark));
};

/** The same bytes again and again until the client has gone; the limit is for clients that never go. */
function* flood(first: string, again: Uint8Array, limitBytes: number): Generator<Step> {
  yield { send: first };
  for (let sent = 0; sent < limitBytes; sent += again.length) yield { send: again };
  yield { cut: true };
}

/** More than anyone should hold. */
export const floodFaults: readonly FaultRow[] = [
  fault(
    'oversized-line',
    'bad-response',
    'A line without an end, as fast as it is read; after 64 MiB the connection is closed.',
    (call) => answering(call, flood(openText(call), filling, 64 * mebibyte)),
  ),
  fault(
    'endless',
    'bad-response',
    'Content without an end, as fast as it is read; after 256 MiB the connection is closed.',
    (call) => {
      const { protocol, stream } = call;
      const steps = stream
        ? flood(protocol.start(call), Buffer.from(protocol.delta(call, endlessText)), 256 * mebibyte)
        : flood(openText(call), Buffer.from(endlessText), 256 * mebibyte);
      return answering(call, steps);
    },
  ),
];
