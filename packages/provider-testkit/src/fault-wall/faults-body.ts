import { json } from '../script.js';
import { type FaultCall, type FaultRow, fault } from './fault.js';
import { answering, begun, goodAnswer, goodBytes, healthy, textOf, toSteps } from './good-answer.js';

const failure = ({ protocol, model, stream }: FaultCall): string =>
  stream ? protocol.refusalFrame('failed', model) : protocol.refuse('failed', model);

const withoutTerminal = (call: FaultCall): readonly (string | Uint8Array)[] =>
  call.stream ? goodAnswer(call).pieces : [call.protocol.whole(call, textOf(call).join(''), false)];

/** A frame behind the end; a whole answer has no place for one. */
const withMore = (
  call: FaultCall,
  more: (terminal: readonly Uint8Array[]) => readonly (string | Uint8Array)[],
) => {
  const { pieces, terminal } = goodAnswer(call);
  return call.stream ? answering(call, toSteps([...pieces, ...more(terminal)])) : healthy(call);
};

/** The transport is fine, but what it carries is not what the protocol says. */
export const bodyFaults: readonly FaultRow[] = [
  fault('malformed-json', 'bad-response', 'A frame, or the whole body, that is not JSON.', (call) =>
    call.stream
      ? answering(call, [...begun(call), { send: call.protocol.malformedFrame }])
      : answering(call, [{ send: '{"answer": oops' }]),
  ),
  fault(
    'error-in-the-stream-first',
    'upstream-failure',
    'Status 200 and the headers of an answer, then an error object before any content.',
    (call) => answering(call, [{ send: failure(call) }]),
  ),
  fault(
    'error-in-the-stream',
    { stream: 'upstream-failure', whole: 'bad-response' },
    'An error object after some content; in a whole answer it stands in the middle of the JSON.',
    (call) => answering(call, [...begun(call), { send: failure(call) }]),
  ),
  fault(
    'error-with-status-200',
    'upstream-failure',
    'A JSON error with status 200, also where a stream was asked for.',
    ({ protocol, model }) => ({
      ...json(null),
      steps: [{ send: protocol.refuse('failed', model) }],
    }),
  ),
  fault('empty-200', 'bad-response', 'Status 200 with the right content type and no body.', (call) =>
    answering(call, []),
  ),
  fault(
    'no-content',
    'answer',
    'A complete answer without any text: legal, a model may have nothing to say.',
    (call) => {
      const { protocol, stream } = call;
      const frames = stream
        ? [protocol.start(call), ...protocol.terminal(call)]
        : [protocol.whole(call, '', true)];
      return answering(call, toSteps(frames));
    },
  ),
  fault(
    'no-terminal',
    'bad-response',
    'All of the text, but nothing says that the answer is complete, and the body ends properly.',
    (call) => answering(call, toSteps(withoutTerminal(call))),
  ),
  fault(
    'two-terminals',
    'answer',
    'A good stream that says twice that it is complete; a whole answer is healthy.',
    (call) => withMore(call, (terminal) => terminal.flatMap((frame) => [frame, frame])),
  ),
  fault(
    'data-after-the-terminal',
    'answer',
    'A good stream with one more piece of text after its end, which is none of the answer; a whole answer is healthy.',
    (call) => withMore(call, (terminal) => [...terminal, call.protocol.delta(call, 'AFTER THE END')]),
  ),
  fault('wrong-content-type', 'answer', 'A good answer that calls itself text/html.', (call) =>
    answering(call, toSteps([goodBytes(call)]), { 'content-type': 'text/html; charset=utf-8' }),
  ),
];
