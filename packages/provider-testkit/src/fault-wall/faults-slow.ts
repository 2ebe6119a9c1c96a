import type { Step } from '../script.js';
import { type FaultCall, type FaultRow, fault } from './fault.js';
import {
  answering,
  begun,
  goodAnswer,
  goodBytes,
  healthy,
  multiByteCharacter,
  toSteps,
} from './good-answer.js';

const silence: Step = { silence: true };
const late: Step = { waitMs: 1500 };
const heartbeatMs = 100;
const slowPieces = 20;
const slowPieceMs = 50;

function* byteByByte(call: FaultCall): Generator<Step> {
  for (const byte of goodBytes(call)) {
    yield { send: Uint8Array.of(byte) };
    yield { waitMs: 1000 };
  }
}

/** White space before the JSON of a whole answer is what the heartbeats of a stream are. */
function* heartbeats({ protocol, stream }: FaultCall, count = Number.POSITIVE_INFINITY): Generator<Step> {
  for (let sent = 0; sent < count; sent += 1) {
    yield { send: stream ? protocol.heartbeat : '\n' };
    yield { waitMs: heartbeatMs };
  }
}

function* heartbeatsThenAnswer(call: FaultCall): Generator<Step> {
  yield* heartbeats(call, 5);
  yield { send: goodBytes(call) };
}

const slowText = ({ model, number }: FaultCall): readonly string[] => [
  `Answer ${number} of ${model}: `,
  ...Array.from({ length: slowPieces - 1 }, (_, index) => `${multiByteCharacter} ${index + 2} `),
];

const slowly = (call: FaultCall): readonly Step[] => {
  const { pieces, terminal } = goodAnswer(call, slowText(call));
  const between: Step = { waitMs: call.stream ? slowPieceMs : (slowPieces * slowPieceMs) / pieces.length };
  return [...pieces.flatMap((send): readonly Step[] => [{ send }, between]), ...toSteps(terminal)];
};

/** Time passes. */
export const slowFaults: readonly FaultRow[] = [
  fault('never-answers', 'timeout', 'Takes the request and sends nothing at all.', () => ({
    beforeHeaders: true,
    steps: [silence],
  })),
  fault('headers-then-silence', 'timeout', 'Sends the headers of a 200, then nothing.', (call) =>
    answering(call, [silence]),
  ),
  fault('stall-in-the-middle', 'timeout', 'Falls silent after some content.', (call) =>
    answering(call, [...begun(call), silence]),
  ),
  fault('byte-a-second', 'timeout', 'A good answer, one byte a second.', (call) =>
    answering(call, byteByByte(call)),
  ),
  fault('heartbeats-only', 'timeout', 'Heartbeats for ever: there is life, but no content.', (call) =>
    answering(call, heartbeats(call)),
  ),
  fault('heartbeats-then-answer', 'answer', 'Heartbeats for half a second, then a good answer.', (call) =>
    answering(call, heartbeatsThenAnswer(call)),
  ),
  fault('slow-headers', 'answer', 'A good answer, headers included, after 1.5 seconds.', (call) => {
    const { steps, ...script } = healthy(call);
    return { ...script, beforeHeaders: true, steps: [late, ...steps] };
  }),
  fault('slow-first-token', 'answer', 'Headers at once, a good answer after 1.5 seconds.', (call) => {
    const { steps, ...script } = healthy(call);
    return { ...script, steps: [late, ...steps] };
  }),
  fault(
    'slow-stream',
    'answer',
    'A good answer in 20 pieces, 50 ms apart; a whole one takes as long.',
    (call) => answering(call, slowly(call)),
  ),
];
