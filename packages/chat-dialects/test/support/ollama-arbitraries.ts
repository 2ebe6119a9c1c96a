import type { ChatEvent, ChatRequest, ContentPart, Message, ToolCall } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { jsonObject } from './arbitraries.js';

const record = <T>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }, ...requiredKeys: (keyof T)[]) =>
  fc.record(members, { requiredKeys, noNullPrototype: true });

const word = fc.string({ minLength: 1, maxLength: 8 });
const key = word.filter((text) => text !== '__proto__');
const metadata = fc.dictionary(key, jsonObject, { maxKeys: 2, noNullPrototype: true });

const starts = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
] as const;
const image = fc
  .tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 8 }))
  .map(([[mediaType, start], rest]): ContentPart => {
    const data = Buffer.from([...start, ...rest]).toString('base64');
    return { type: 'image', data, mediaType };
  });

/** A text, or images with or without one behind them. */
const content: fc.Arbitrary<string | readonly ContentPart[]> = fc.oneof(
  fc.string(),
  fc
    .tuple(fc.array(image, { minLength: 1, maxLength: 2 }), fc.string())
    .map(([images, text]) => [...images, ...(text === '' ? [] : [{ type: 'text', text } as const])]),
);

const plain = fc.oneof(
  record({ role: fc.constant('system' as const), content: fc.string() }, 'role', 'content'),
  record({ role: fc.constant('user' as const), content }, 'role', 'content'),
);

const call = record({ name: word, arguments: jsonObject, providerMetadata: metadata }, 'name', 'arguments');

interface Turn {
  readonly before: readonly Message[];
  readonly assistant: Message & { readonly role: 'assistant' };
  readonly calls: readonly Omit<ToolCall, 'id'>[];
  /** In which order the results come. */
  readonly backwards: boolean;
  readonly result: string | readonly ContentPart[];
}

const turn = fc.record({
  before: fc.array(plain, { minLength: 1, maxLength: 2 }),
  assistant: record(
    {
      role: fc.constant('assistant' as const),
      content: fc.string(),
      reasoning: word,
      reasoningSegments: fc.array(record({ text: fc.string(), signature: fc.string() }, 'text'), {
        minLength: 1,
        maxLength: 2,
      }),
      providerMetadata: metadata,
    },
    'role',
    'content',
  ),
  calls: fc.array(call, { maxLength: 3 }),
  backwards: fc.boolean(),
  result: content,
}) as fc.Arbitrary<Turn>;

/** Every call has its result in the same turn, under an id that the conversation has once. */
const toMessages = (turns: readonly Turn[], ids: readonly string[]): readonly Message[] => {
  let next = 0;
  return turns.flatMap(({ before, assistant, calls, backwards, result }): Message[] => {
    const toolCalls = calls.map((one): ToolCall => {
      next += 1;
      return { id: `${next}${ids[next] ?? ''}`, ...one };
    });
    const results = toolCalls.map(
      ({ id, name }): Message => ({ role: 'tool', content: result, toolCallId: id, name }),
    );
    return [
      ...before,
      toolCalls.length === 0 ? assistant : { ...assistant, toolCalls },
      ...(backwards ? results.toReversed() : results),
    ];
  });
};

/** Every conversation that the protocol can express. */
export const conversation: fc.Arbitrary<readonly Message[]> = fc
  .tuple(fc.array(turn, { minLength: 1, maxLength: 3 }), fc.array(word, { maxLength: 4 }))
  .map(([turns, ids]) => toMessages(turns, ids));

const options = record({
  num_ctx: fc.nat(),
  repeat_penalty: fc.integer({ min: 0, max: 2 }),
  use_mmap: fc.boolean(),
  later: word,
});

/** Every request that the protocol can express. */
export const ollamaRequest: fc.Arbitrary<ChatRequest> = fc
  .tuple(
    record(
      {
        model: word.filter((name) => !name.endsWith(':latest')),
        messages: conversation,
        temperature: fc.double({ min: 0, max: 2, noNaN: true }).map(Math.abs),
        topP: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
        topK: fc.nat(),
        seed: fc.nat(),
        stop: fc.array(word, { maxLength: 3 }),
        maxTokens: fc.integer({ min: 1 }),
        presencePenalty: fc.integer({ min: -2, max: 2 }),
        frequencyPenalty: fc.integer({ min: -2, max: 2 }),
        format: fc.oneof(fc.constant('json' as const), fc.constant({ type: 'object', title: 'x' })),
        think: fc.constantFrom(true, false, 'low' as const, 'medium' as const, 'high' as const),
        tools: fc.array(record({ name: word, description: fc.string(), parameters: jsonObject }, 'name'), {
          minLength: 1,
          maxLength: 2,
        }),
      },
      'model',
      'messages',
    ),
    options,
    record({
      keep_alive: fc.oneof(fc.integer(), fc.constant('5m')),
      truncate: fc.boolean(),
      shift: fc.boolean(),
    }),
  )
  .map(([request, rest, fields]) => {
    const own = { ...(Object.keys(rest).length > 0 && { options: rest }), ...fields };
    if (Object.keys(own).length === 0) return request;
    return { ...request, providerOptions: { ollama: own, 'ollama-cloud': own } };
  }) as fc.Arbitrary<ChatRequest>;

const text = fc.string({ unit: 'binary' });
const delta = fc.oneof(
  fc.record({ type: fc.constant('text-delta' as const), delta: text }),
  fc.record(
    { type: fc.constant('reasoning-delta' as const), delta: text, signature: text },
    { requiredKeys: ['type', 'delta'] },
  ),
  fc.record({ type: fc.constant('raw-chunk' as const), chunk: fc.jsonValue() }),
) as fc.Arbitrary<ChatEvent>;

/** The events of one complete answer. */
export const answerEvents: fc.Arbitrary<readonly ChatEvent[]> = fc
  .record({
    deltas: fc.array(delta),
    calls: fc.array(fc.tuple(fc.oneof(fc.json(), text), fc.option(jsonObject)), { maxLength: 3 }),
    usage: fc.option(
      fc.record({ input: fc.nat(), output: fc.nat(), cacheRead: fc.nat() }, { requiredKeys: [] }),
    ),
    finishReason: fc.constantFrom('stop' as const, 'length' as const, 'tool_calls' as const),
    metadata: fc.option(metadata),
  })
  .map(({ deltas, calls, usage, finishReason, metadata: carried }) => [
    { type: 'response-start', model: 'upstream-model' },
    ...deltas,
    ...calls.flatMap(([argumentsText, callMetadata], index): ChatEvent[] => [
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
        ...(callMetadata && { providerMetadata: { p: callMetadata } }),
      },
    ]),
    {
      type: 'response-end',
      finishReason,
      ...(usage && { usage }),
      ...(carried && { providerMetadata: carried }),
    },
  ]);
