import {
  type ChatEvent,
  type ChatRequest,
  type ChatResponse,
  chatRequestSchema,
  collect,
  isChatError,
  parseToolArguments,
} from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chatRequest, jsonObject } from './support/arbitraries.js';
import { body, encode, meta, parse } from './support/openai-responses.js';
import {
  handBack,
  readItems,
  readStream,
  type WireItem,
  type WireResponse,
} from './support/openai-responses-client.js';
import { toExpressible, toResponsesBody } from './support/openai-responses-wire.js';

it('keeps everything of a request that the protocol can express', () => {
  fc.assert(
    fc.property(chatRequest, (request) => {
      const { body: json, expected } = toResponsesBody(toExpressible(request));
      const parsed = parse(JSON.parse(JSON.stringify(json)));
      expect(parsed.request).toEqual(JSON.parse(JSON.stringify(expected)) as ChatRequest);
      expect(parsed.warnings).toEqual([]);
      expect(chatRequestSchema.safeParse(parsed.request).success).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const refusesOrParses = (json: unknown): void => {
  try {
    const { request } = parse(json);
    expect(chatRequestSchema.safeParse(request).error).toBeUndefined();
  } catch (error) {
    expect(isChatError(error) && ['invalid-request', 'unsupported'].includes(error.code)).toBe(true);
  }
};

it('throws nothing but a ChatError, whatever JSON it is given', () => {
  fc.assert(fc.property(fc.jsonValue(), refusesOrParses), { numRuns: 300 });
  fc.assert(
    fc.property(fc.jsonValue(), (input) => refusesOrParses({ ...body, input })),
    { numRuns: 300 },
  );
});

it('throws nothing but a ChatError when one value of a good request is replaced by any other', () => {
  const places = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
    typeof value === 'object' && value !== null
      ? [path, ...Object.entries(value).flatMap(([key, member]) => places(member, [...path, key]))]
      : [path];
  const replace = (value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown => {
    if (key === undefined) return by;
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
      string,
      unknown
    >;
    copy[key] = replace(copy[key], rest, by);
    return copy;
  };
  fc.assert(
    fc.property(chatRequest, fc.nat(), fc.jsonValue(), (request, seed, by) => {
      const json = toResponsesBody(toExpressible(request)).body;
      const all = places(json);
      refusesOrParses(replace(json, all[seed % all.length] ?? [], by));
    }),
    { numRuns: 500 },
  );
});

const text = fc.string({ unit: 'binary' });
const delta = fc.oneof(
  fc.record({ type: fc.constant('text-delta' as const), delta: text }),
  fc.record(
    { type: fc.constant('reasoning-delta' as const), delta: text, signature: text },
    { requiredKeys: ['type', 'delta'] },
  ),
  fc.record({ type: fc.constant('raw-chunk' as const), chunk: fc.jsonValue() }),
) as fc.Arbitrary<ChatEvent>;
const metadata = fc.option(
  jsonObject.map((slice) => ({ lab: slice })),
  { nil: undefined },
);
const call = fc.record({
  argumentsText: fc.oneof(
    fc.json(),
    jsonObject.map((value) => JSON.stringify(value)),
    text,
  ),
  metadata,
});

/** Streams as providers make them: calls one after the other, or in turns, amid text and reasoning. */
const events: fc.Arbitrary<ChatEvent[]> = fc
  .record({
    deltas: fc.array(delta),
    later: fc.array(delta, { maxLength: 2 }),
    calls: fc.array(call, { maxLength: 3 }),
    inTurns: fc.boolean(),
    metadata,
    finishReason: fc.constantFrom(
      'stop' as const,
      'length' as const,
      'tool_calls' as const,
      'other' as const,
    ),
    usage: fc.option(
      fc.record({ input: fc.nat(), output: fc.nat(), cacheRead: fc.nat() }, { requiredKeys: [] }),
    ),
  })
  .map(({ deltas, later, calls, inTurns, metadata: own, finishReason, usage }): ChatEvent[] => {
    const pieces = calls.map(({ argumentsText, metadata: ofCall }, index): ChatEvent[] => [
      {
        type: 'tool-call-delta',
        index,
        id: `c${index}`,
        name: 'f',
        argumentsDelta: argumentsText.slice(0, 3),
      },
      {
        type: 'tool-call-delta',
        index,
        argumentsDelta: argumentsText.slice(3),
        ...(ofCall && { providerMetadata: ofCall }),
      },
    ]);
    const [firsts, rests] = [pieces.map(([first]) => first), pieces.map(([, rest]) => rest)];
    const ordered = (inTurns ? [...firsts, ...rests] : pieces.flat()).filter((piece) => piece !== undefined);
    return [
      { type: 'response-start', model: 'm' },
      ...deltas,
      ...ordered,
      ...later,
      {
        type: 'response-end',
        finishReason,
        ...(usage && { usage }),
        ...(own && { providerMetadata: own }),
      },
    ];
  })
  // Arguments that go on after they were complete break off a stream; `openai-responses-stream.test.ts` shows it.
  .filter((list) =>
    list.every((event) => {
      if (event.type !== 'tool-call-delta' || event.id === undefined) return true;
      const { argumentsDelta: text = '' } = event;
      return text.trim() === '' || typeof parseToolArguments(text) === 'string';
    }),
  );

const streamOf = async function* (list: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* list;
};

/** The assistant message that has to reach the provider on the next turn. */
const messageOf = (response: ChatResponse): object | undefined => {
  const { content, reasoning, reasoningSegments, toolCalls, providerMetadata } = response;
  if (content === '' && reasoning === undefined && !reasoningSegments && !toolCalls) return undefined;
  return JSON.parse(
    JSON.stringify({ role: 'assistant', content, reasoning, reasoningSegments, toolCalls, providerMetadata }),
  ) as object;
};

it('a client that reads the stream has the whole answer, and hands it back unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      const response = await collect(streamOf(list));
      const whole = JSON.parse(JSON.stringify(parse(body).formatResponse(response, meta))) as WireResponse;
      const { items, last } = readStream(encode(list));
      const { output, ...facts } = last.response as WireResponse;
      const { output: wholeOutput, ...wholeFacts } = whole;
      expect(facts).toEqual(wholeFacts);
      expect(output).toEqual(items);
      const read = readItems(items);
      expect(read).toEqual(readItems(wholeOutput));
      expect(read.content).toBe(response.content);
      expect(read.reasoning).toBe(response.reasoning ?? '');
      const withoutIds = (item: WireItem): object => ({ ...item, id: undefined });
      const expected = messageOf(response);
      const answerOf = (messages: readonly object[]) =>
        messages.filter((message) => 'role' in message && message.role === 'assistant');
      for (const returned of [items, wholeOutput]) {
        expect(answerOf(handBack(returned))).toEqual(expected ? [expected] : []);
      }
      expect(answerOf(handBack(wholeOutput.map(withoutIds)))).toEqual(expected ? [expected] : []);
    }),
    { numRuns: 300 },
  );
});
