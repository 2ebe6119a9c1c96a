import { type AssistantMessage, type ChatEvent, collect, type Message } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  assemble,
  type Block,
  contentFacts,
  meta,
  parse,
  readNamedEvents,
} from './support/anthropic-client.js';
import { jsonObject } from './support/arbitraries.js';

const text = fc.string({ unit: 'binary' });
const signature = text.filter((value) => value !== '' && value !== 'unsigned');
const delta = fc.oneof(
  fc.record({ type: fc.constant('text-delta' as const), delta: text }),
  fc.record(
    { type: fc.constant('reasoning-delta' as const), delta: text, signature },
    { requiredKeys: ['type', 'delta'] },
  ),
  fc.record({ type: fc.constant('raw-chunk' as const), chunk: fc.jsonValue() }),
) as fc.Arbitrary<ChatEvent>;

const pieces = (value: string): fc.Arbitrary<readonly string[]> =>
  fc.nat(value.length).map((at) => [value.slice(0, at), value.slice(at)]);
/** Broken arguments cannot become an object and go on, or only the pieces that came too late would tell. */
const argumentsText = fc.oneof(
  jsonObject.map((value) => JSON.stringify(value)),
  fc.json().filter((value) => !value.trimEnd().endsWith('}')),
  text.filter((value) => !value.includes('}')),
  fc.constantFrom('', ' ', 'null', '{"cut'),
);
const call = fc.record({ pieces: argumentsText.chain(pieces), metadata: fc.option(jsonObject) });

interface Call {
  readonly pieces: readonly string[];
  readonly metadata: object | null;
}

const callEvents = ({ pieces: [first = '', ...rest], metadata }: Call, index: number): ChatEvent[] =>
  [
    {
      type: 'tool-call-delta',
      index,
      id: `c${index}`,
      name: 'f',
      argumentsDelta: first,
      ...(metadata && { providerMetadata: { p: metadata } }),
    },
    ...rest.map((argumentsDelta) => ({ type: 'tool-call-delta', index, argumentsDelta })),
  ] as ChatEvent[];

/** Merges lists in any order that keeps the order of each, with the first pieces of calls in the order of calls. */
const interleave = (lists: readonly (readonly ChatEvent[])[], turns: readonly number[]): ChatEvent[] => {
  const queues = lists.map((list) => [...list]);
  const merged: ChatEvent[] = [];
  let begun = 0;
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn += 1) {
    const ready = queues.filter((queue) => {
      const next = queue[0];
      return next && (next.type !== 'tool-call-delta' || next.id === undefined || next.index === begun);
    });
    const next = ready[(turns[turn % turns.length] ?? 0) % ready.length]?.shift();
    if (!next) break;
    if (next.type === 'tool-call-delta' && next.id !== undefined) begun += 1;
    merged.push(next);
  }
  return merged;
};

const events: fc.Arbitrary<ChatEvent[]> = fc
  .record({
    deltas: fc.array(delta),
    calls: fc.array(call, { maxLength: 3 }),
    turns: fc.array(fc.nat(7), { minLength: 1 }),
    metadata: fc.option(jsonObject),
    usage: fc.option(
      fc.record({ input: fc.nat(), output: fc.nat(), cacheRead: fc.nat() }, { requiredKeys: [] }),
    ),
  })
  .map(({ deltas, calls, turns, metadata, usage }): ChatEvent[] => [
    { type: 'response-start', model: 'm' },
    ...interleave([deltas, ...calls.map(callEvents)], turns),
    {
      type: 'response-end',
      finishReason: calls.length > 0 ? 'tool_calls' : 'stop',
      ...(usage && { usage }),
      ...(metadata && { providerMetadata: { p: metadata } }),
    },
  ]);

const streamOf = async function* (list: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* list;
};
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const answeredBy = (content: readonly Block[]): Message | undefined =>
  parse({ messages: [{ role: 'assistant', content: plain(content) }] }).request.messages[0];

it.each([[{}], [{ thinking: { type: 'adaptive' } }]])(
  'a client that reads the stream has the whole answer, and hands it back: %j',
  async (fields) => {
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        const exchange = parse(fields);
        const shows = 'thinking' in fields;
        const response = await collect(streamOf(list));
        const whole = plain(exchange.formatResponse(response, meta)) as { content: Block[] };
        const encoder = exchange.createEncoder(() => meta);
        const wire = list.map((event) => encoder.push(event) + encoder.keepAlive()).join('') + encoder.end();
        const read = assemble(readNamedEvents(wire));
        expect({ ...read, content: contentFacts(read.content) }).toEqual({
          ...whole,
          content: contentFacts(whole.content),
        });

        const calls = response.toolCalls;
        const expected: AssistantMessage = {
          role: 'assistant',
          content: response.content,
          ...(shows && response.reasoning !== undefined && { reasoning: response.reasoning }),
          ...(shows && response.reasoningSegments && { reasoningSegments: response.reasoningSegments }),
          ...(calls && { toolCalls: calls }),
          ...(shows && calls && response.providerMetadata && { providerMetadata: response.providerMetadata }),
        };
        expect(answeredBy(whole.content)).toEqual(plain(expected));
        expect(answeredBy(read.content)).toEqual(plain(expected));
      }),
      { numRuns: 150 },
    );
  },
);
