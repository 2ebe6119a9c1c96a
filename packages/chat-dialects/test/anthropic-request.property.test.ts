import { type ChatRequest, chatRequestSchema, isChatError, type Message } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exchangeOf, least } from './support/anthropic-client.js';
import { toWire } from './support/anthropic-wire.js';
import { chatRequest } from './support/arbitraries.js';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Without what this protocol cannot say. */
const expressible = (request: ChatRequest): ChatRequest => {
  const {
    seed: _,
    presencePenalty: __,
    frequencyPenalty: ___,
    strict: ____,
    providerOptions: _____,
    ...rest
  } = request;
  const { format, toolChoice, parallelToolCalls, tools, messages, ...kept } = rest;
  const choice = tools && toolChoice;
  return {
    ...kept,
    maxTokens: rest.maxTokens ?? 1,
    messages: messages.map(toExpressible),
    ...(typeof format === 'object' && { format }),
    ...(tools && { tools: tools.map((tool) => ({ parameters: {}, ...tool })) }),
    ...(choice && { toolChoice: choice }),
    ...(choice && choice !== 'none' && parallelToolCalls !== undefined && { parallelToolCalls }),
  };
};

const toExpressible = (named: Message): Message => {
  const { name: _, ...message } = named;
  if (message.role !== 'assistant') return message as Message;
  const { content, toolCalls = [], reasoning } = message;
  const segments = (message.reasoningSegments ?? [])
    .filter((segment) => segment.signature !== '' && segment.signature !== 'unsigned')
    .filter((segment) => segment.signature !== undefined);
  const joined = segments.map((segment) => segment.text).join('');
  return {
    role: 'assistant',
    content: typeof content === 'string' ? content : content.map((part) => part.text).join(''),
    ...(segments.length > 0 && { reasoningSegments: segments }),
    ...(segments.length > 0 ? joined !== '' && { reasoning: joined } : reasoning && { reasoning }),
    ...(toolCalls.length > 0 && { toolCalls }),
  };
};

it('keeps everything of a request that the protocol can express, and warns of nothing', () => {
  fc.assert(
    fc.property(chatRequest.map(expressible), (request) => {
      const { request: parsed, warnings } = exchangeOf(plain(toWire(request)));
      expect(parsed).toEqual(plain(request));
      expect(warnings).toEqual([]);
      expect(chatRequestSchema.safeParse(parsed).success).toBe(true);
    }),
    { numRuns: 150 },
  );
});

const refusesOrParses = (json: unknown): void => {
  try {
    expect(chatRequestSchema.safeParse(exchangeOf(json).request).success).toBe(true);
  } catch (error) {
    expect(isChatError(error) && ['invalid-request', 'unsupported'].includes(error.code)).toBe(true);
  }
};

it('throws nothing but a ChatError, whatever JSON it is given', () => {
  fc.assert(fc.property(fc.jsonValue(), refusesOrParses), { numRuns: 150 });
  const blocks = fc.array(fc.record({ type: fc.string(), source: fc.jsonValue(), content: fc.jsonValue() }));
  const messages = fc.array(
    fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: blocks }),
  );
  fc.assert(
    fc.property(messages, fc.jsonValue(), (list, tools) =>
      refusesOrParses({ ...least, messages: list, tools }),
    ),
    { numRuns: 150 },
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
    fc.property(chatRequest.map(expressible), fc.nat(), fc.jsonValue(), (request, seed, by) => {
      const json = plain(toWire(request));
      const all = places(json);
      refusesOrParses(replace(json, all[seed % all.length] ?? [], by));
    }),
    { numRuns: 200 },
  );
});
