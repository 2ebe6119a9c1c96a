import { type ChatEvent, type ChatResponse, collect, parseToolArguments } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toReasoningDetails } from '../src/openai/reasoning-details.js';
import { parseOpenaiRequest } from '../src/openai/request.js';
import { formatOpenaiResponse } from '../src/openai/response.js';
import { createOpenaiStreamEncoder } from '../src/openai/stream.js';
import { jsonObject } from './support/arbitraries.js';
import { assemble, readOpenaiStream } from './support/openai-client.js';

const meta = {
  requestId: 'r-1',
  provider: 'lab',
  createdAt: 1_700_000_000_999,
  latencyMs: 5,
  attempts: [],
  warnings: [],
} as const;

const text = fc.string({ unit: 'binary' });
const reasoning = fc.record(
  { type: fc.constant('reasoning-delta' as const), delta: text, signature: text },
  { requiredKeys: ['type', 'delta'] },
) as fc.Arbitrary<ChatEvent>;
const delta: fc.Arbitrary<ChatEvent> = fc.oneof(
  fc.record({ type: fc.constant('text-delta' as const), delta: text }),
  reasoning,
  fc.record({ type: fc.constant('raw-chunk' as const), chunk: fc.jsonValue() }),
);
const call = fc.record({
  argumentsText: fc.oneof(fc.constantFrom('', ' ', '{}'), fc.json(), text),
  metadata: fc.option(jsonObject),
});
const counts = fc.record(
  { input: fc.nat(), output: fc.nat(), cacheRead: fc.nat(), cacheWrite: fc.nat(), reasoning: fc.nat() },
  { requiredKeys: [] },
);

const events: fc.Arbitrary<ChatEvent[]> = fc
  .record({
    deltas: fc.array(delta),
    calls: fc.array(call, { maxLength: 3 }),
    usage: fc.option(counts),
    metadata: fc.option(jsonObject),
    finishReason: fc.constantFrom(
      'stop' as const,
      'length' as const,
      'content_filter' as const,
      'other' as const,
    ),
  })
  .map(({ deltas, calls, usage, metadata, finishReason }): ChatEvent[] => [
    { type: 'response-start', model: 'm' },
    ...deltas,
    ...calls.flatMap(({ argumentsText, metadata: own }, index): ChatEvent[] => [
      {
        type: 'tool-call-delta',
        index,
        id: `c${index}`,
        name: 'f',
        argumentsDelta: argumentsText.slice(0, 2),
      },
      {
        type: 'tool-call-delta',
        index,
        argumentsDelta: argumentsText.slice(2),
        ...(own && { providerMetadata: { p: own } }),
      },
    ]),
    {
      type: 'response-end',
      finishReason,
      ...(usage && { usage }),
      ...(metadata && { providerMetadata: { p: metadata } }),
    },
  ]);

const streamOf = async function* (list: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* list;
};

const encode = (list: readonly ChatEvent[]): string => {
  const encoder = createOpenaiStreamEncoder({ meta: () => meta, includeUsage: true });
  return list.map((event) => encoder.push(event) + encoder.keepAlive()).join('') + encoder.end();
};

/** The arguments' meaning: a stream passes the text on as the model wrote it. */
const readCalls = (message: Record<string, unknown>) =>
  (message.tool_calls as { id: string; function: { name: string; arguments: string } }[] | undefined)?.map(
    ({ id, function: { name, arguments: given } }) => ({ id, name, arguments: parseToolArguments(given) }),
  );

/** The answer as a client sends it back, read again. */
const replay = (message: unknown): unknown => {
  const messages: unknown = JSON.parse(JSON.stringify([message]));
  return parseOpenaiRequest({ model: 'm', messages }).request.messages[0];
};

const turnOf = ({ content, reasoning, reasoningSegments, toolCalls, providerMetadata }: ChatResponse) => ({
  role: 'assistant',
  content,
  reasoning,
  reasoningSegments,
  toolCalls,
  providerMetadata,
});

/** A stream says in one piece what had come in several, and goes back: a whole answer needs no such thing. */
const detailsOf = ({ reasoning, reasoningSegments, ...rest }: ChatResponse, list: readonly ChatEvent[]) => {
  const pieces = list.filter((event) => event.type === 'reasoning-delta' && event.delta !== '');
  if (reasoning === undefined || reasoningSegments || pieces.length < 2) return {};
  const others = toReasoningDetails(rest) ?? [];
  return { reasoning_details: [{ type: 'reasoning.text', text: reasoning }, ...others] };
};

it('a client that reads the stream has the whole answer, field by field', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      const response = await collect(streamOf(list));
      const whole = formatOpenaiResponse(response, meta);
      const [choice] = whole.choices;
      const read = assemble(readOpenaiStream(encode(list)));
      const expected: Record<string, unknown> = { ...choice.message, ...detailsOf(response, list) };
      const message: Record<string, unknown> = { ...read.message };
      expect(readCalls(message)).toEqual(readCalls(expected));
      expect({ ...message, tool_calls: null }).toEqual(
        JSON.parse(JSON.stringify({ ...expected, tool_calls: null })),
      );
      expect(read.finish_reason).toBe(choice.finish_reason);
      expect(read.usage).toEqual(whole.usage);
    }),
    { numRuns: 300 },
  );
});

it('an answer that comes back on the next turn is what the provider gave, whole or streamed', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      const response = await collect(streamOf(list));
      const turn: unknown = JSON.parse(JSON.stringify(turnOf(response)));
      expect(replay(formatOpenaiResponse(response, meta).choices[0].message)).toEqual(turn);
      expect(replay(assemble(readOpenaiStream(encode(list))).message)).toEqual(turn);
    }),
    { numRuns: 300 },
  );
});

it('reasoning comes back even from a client that keeps only the last piece of unknown fields', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      const response = await collect(streamOf(list));
      const { message } = assemble(readOpenaiStream(encode(list)), { joins: false });
      expect(replay(message)).toEqual(JSON.parse(JSON.stringify(turnOf(response))));
    }),
    { numRuns: 300 },
  );
});
