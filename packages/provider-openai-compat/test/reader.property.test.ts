import { Collector, isChatError } from '@lakehouse/chat-core';
import { defaultLimits } from '@lakehouse/provider-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, FrameDecoder } from '../src/frames.js';
import { plainQuirks } from '../src/quirks.js';
import { AnswerReader } from '../src/wire-response.js';

const piecesOf = (bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] => {
  const offsets = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((left, right) => left - right)];
  return offsets.map((start, index) => bytes.subarray(start, offsets[index + 1]));
};

const framesOf = (text: string, cuts: readonly number[]): readonly Frame[] => {
  const decoder = new FrameDecoder(defaultLimits);
  const frames = piecesOf(Buffer.from(text), cuts).flatMap((piece) => [...decoder.push(piece)]);
  return [...frames, ...decoder.end()];
};

const bodies = [
  '\uFEFF: hi\n\ndata: {"a":"Grüße 🌊"}\r\n\r\ndata: [DONE]\n\nevent: error\ndata: {"error":"x"}\n\n',
  '\n\n  {"choices":[{"message":{"content":"Grüße 🌊"}}]}\n',
  '[{"error":{"code":400}}]',
  'data: {"a":1}',
];

describe('frames', () => {
  it.each(bodies)('are the same wherever the bytes of %j are cut', (body) => {
    const expected = framesOf(body, []);
    expect(expected.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 8 }), (cuts) => {
        expect(framesOf(body, cuts)).toEqual(expected);
      }),
    );
  });
});

const reader = (): AnswerReader =>
  new AnswerReader({
    place: { provider: 'p', rules: [], secret: undefined },
    model: 'm',
    quirks: plainQuirks,
    warnings: [],
    status: 200,
    headers: {},
    rawChunks: true,
    format: undefined,
    strict: false,
  });

/** Reads frames as the provider does; gives nothing when they are refused with a `ChatError`. */
const collect = (frames: readonly Frame[]): unknown => {
  const answer = reader();
  const collector = new Collector();
  try {
    for (const frame of frames) for (const event of answer.push(frame)) collector.push(event);
    for (const event of answer.end()) collector.push(event);
  } catch (error) {
    if (isChatError(error) && error.code !== 'internal') return undefined;
    throw error;
  }
  return collector.finish();
};

const text = fc.oneof(fc.string(), fc.constant(null), fc.constant(''), fc.jsonValue());
const call = fc.record(
  {
    index: fc.oneof(fc.nat(3), fc.constant(null)),
    id: fc.constantFrom('', 'a', 'b'),
    function: fc.record({ name: fc.constantFrom('', 'f', 'g'), arguments: text }, { requiredKeys: [] }),
    extra_content: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const delta = fc.record(
  {
    content: text,
    reasoning: text,
    reasoning_content: text,
    reasoning_details: fc.array(fc.record({ type: fc.constant('reasoning.text'), text })),
    refusal: text,
    tool_calls: fc.oneof(fc.array(call, { maxLength: 3 }), fc.jsonValue()),
    annotations: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const choice = fc.record(
  {
    index: fc.nat(1),
    delta,
    message: delta,
    finish_reason: fc.constantFrom(null, '', 'stop', 'length', 'x'),
  },
  { requiredKeys: [] },
);
const chunk = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ id: text, choices: fc.array(choice, { maxLength: 2 }), usage: fc.jsonValue() }),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);

describe('the reader', () => {
  it('keeps the rules of events, or refuses with a ChatError, whatever JSON comes', () => {
    const frame = chunk.map((value): Frame => ({ type: 'chunk', value }));
    let answers = 0;
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), fc.boolean(), (frames, whole) => {
        const last: Frame = { type: 'chunk', value: { choices: [{ delta: {}, finish_reason: 'stop' }] } };
        if (collect(whole ? [...frames, last] : frames) !== undefined) answers += 1;
      }),
      { numRuns: 500 },
    );
    expect(answers).toBeGreaterThan(0);
  });
});
