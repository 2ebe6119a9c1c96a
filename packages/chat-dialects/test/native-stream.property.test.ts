import { type ChatEvent, collect } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createNativeStreamEncoder, formatNativeResponse, type NativeResponseMeta } from '../src/index.js';
import { jsonObject } from './support/arbitraries.js';
import { readEvents, reassemble } from './support/client.js';

const meta: NativeResponseMeta = {
  id: 'chat_1',
  provider: 'lab',
  latencyMs: 5,
  attempts: [{ provider: 'lab', model: 'm', outcome: 'ok', ms: 4 }],
  warnings: [{ code: 'parameter-dropped', parameter: 'x', message: 'unknown field "x" was ignored' }],
};

const text = fc.string({ unit: 'binary' });
const delta: fc.Arbitrary<ChatEvent> = fc.oneof(
  fc.record({ type: fc.constant('text-delta' as const), delta: text }),
  fc.record(
    { type: fc.constant('reasoning-delta' as const), delta: text, signature: text },
    { requiredKeys: ['type', 'delta'] },
  ),
  fc.record({ type: fc.constant('raw-chunk' as const), chunk: fc.jsonValue() }),
) as fc.Arbitrary<ChatEvent>;

const call = fc.record({ argumentsText: fc.oneof(fc.json(), text), metadata: fc.option(jsonObject) });

const events: fc.Arbitrary<ChatEvent[]> = fc
  .record({
    deltas: fc.array(delta),
    calls: fc.array(call, { maxLength: 3 }),
    usage: fc.option(
      fc.record({ input: fc.nat(), output: fc.nat(), cacheRead: fc.nat() }, { requiredKeys: [] }),
    ),
  })
  .map(({ deltas, calls, usage }): ChatEvent[] => [
    { type: 'response-start', model: 'm' },
    ...deltas,
    ...calls.flatMap(({ argumentsText, metadata }, index): ChatEvent[] => [
      { type: 'tool-call-delta', index, id: `c${index}`, name: 'f' },
      { type: 'tool-call-delta', index, argumentsDelta: argumentsText.slice(0, 3) },
      {
        type: 'tool-call-delta',
        index,
        argumentsDelta: argumentsText.slice(3),
        ...(metadata && { providerMetadata: { p: metadata } }),
      },
    ]),
    { type: 'response-end', finishReason: 'stop', ...(usage && { usage }) },
  ]);

const streamOf = async function* (list: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* list;
};

it('a client that reads the stream has the whole answer, field by field', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      const whole = formatNativeResponse(await collect(streamOf(list)), meta);
      const encoder = createNativeStreamEncoder({ requestId: 'r-1', meta: () => meta });
      const wire = list.map((event) => encoder.push(event) + encoder.keepAlive()).join('') + encoder.end();
      const read = readEvents(wire);
      expect(reassemble(read)).toEqual(JSON.parse(JSON.stringify(whole)));
      expect(read.filter(({ type }) => type === 'response_end' || type === 'error')).toHaveLength(1);
    }),
    { numRuns: 300 },
  );
});
