import { type PlayableScript, type Step, splitAt } from '../script.js';
import type { FaultCall } from './fault.js';

/** Stands in every text of the wall; four bytes in UTF-8. */
export const multiByteCharacter = '🧱';

/** A good answer as bytes, each piece to be written apart. */
export interface GoodAnswer {
  /** Some of the content each. */
  readonly pieces: readonly Uint8Array[];
  /** What makes the answer complete. */
  readonly terminal: readonly Uint8Array[];
}

/** Which request it answers stands in the text, so that text that comes twice or from another answer is seen. */
export const textOf = ({ model, number }: FaultCall): readonly string[] => [
  `Answer ${number} of ${model}: `,
  `the wall ${multiByteCharacter} `,
  'grüßt ',
  'and ends.',
];

const toBytes = (text: string): Uint8Array => Buffer.from(text);

/** The answer with the given text, in the form that was asked for. */
export const goodAnswer = (call: FaultCall, text: readonly string[] = textOf(call)): GoodAnswer => {
  const { protocol } = call;
  if (call.stream) {
    const [first = '', ...rest] = text.map((piece) => protocol.delta(call, piece));
    return {
      pieces: [protocol.start(call) + first, ...rest].map(toBytes),
      terminal: protocol.terminal(call).map(toBytes),
    };
  }
  const bytes = toBytes(protocol.whole(call, text.join(''), true));
  const third = Math.floor(bytes.length / 3);
  const pieces = splitAt(bytes, [third, 2 * third]);
  return { pieces: pieces.slice(0, 2), terminal: pieces.slice(2) };
};

/** All bytes of a good answer. */
export const goodBytes = (call: FaultCall): Buffer => {
  const { pieces, terminal } = goodAnswer(call);
  return Buffer.concat([...pieces, ...terminal]);
};

/** A step for each piece. */
export const toSteps = (pieces: readonly (string | Uint8Array)[]): readonly Step[] =>
  pieces.map((send) => ({ send }));

/** A 200 in the form that was asked for, with other steps. */
export const answering = (
  { stream, protocol }: FaultCall,
  steps: Iterable<Step>,
  headers: Readonly<Record<string, string>> = {},
): PlayableScript => ({
  headers: { 'content-type': stream ? protocol.streamType : 'application/json', ...headers },
  steps,
});

/** The good answer; a whole one in one piece. */
export const healthy = (call: FaultCall): PlayableScript => {
  const { pieces, terminal } = goodAnswer(call);
  return answering(call, toSteps(call.stream ? [...pieces, ...terminal] : [goodBytes(call)]));
};

/** The beginning of the good answer: one piece of content. */
export const begun = (call: FaultCall): readonly Step[] => toSteps(goodAnswer(call).pieces.slice(0, 1));
