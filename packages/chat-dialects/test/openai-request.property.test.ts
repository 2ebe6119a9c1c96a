import {
  type AssistantMessage,
  type ChatRequest,
  chatRequestSchema,
  isChatError,
  type Message,
  parseToolArguments,
  type ReasoningSegment,
} from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseOpenaiEmbeddings } from '../src/openai/embeddings.js';
import { parseOpenaiRequest } from '../src/openai/request.js';
import { chatRequest } from './support/arbitraries.js';
import { toOpenaiWire } from './support/openai-wire.js';

/** Segments as answers have them: a signature belongs to all reasoning since the last one. */
const fold = (segments: readonly ReasoningSegment[]): readonly ReasoningSegment[] => {
  const folded: ReasoningSegment[] = [];
  let open = '';
  for (const { text, signature } of segments) {
    open += text;
    if (signature === undefined) continue;
    folded.push({ text: open, signature });
    open = '';
  }
  return open === '' ? folded : [...folded, { text: open }];
};

const toExpressibleTurn = (message: AssistantMessage): AssistantMessage => {
  const { reasoning, reasoningSegments = [], toolCalls = [], ...rest } = message;
  const segments = fold(reasoningSegments);
  const isSigned = segments.some(({ signature }) => signature !== undefined);
  const text = isSigned ? segments.map((segment) => segment.text).join('') : reasoning;
  return {
    ...rest,
    ...(text !== undefined && text !== '' && { reasoning: text }),
    ...(isSigned && { reasoningSegments: segments }),
    ...(toolCalls.length > 0 && {
      toolCalls: toolCalls.map((call, index) => ({
        ...call,
        id: `${index} ${call.id}`,
        arguments: typeof call.arguments === 'string' ? parseToolArguments(call.arguments) : call.arguments,
      })),
    }),
  };
};

/** Every request, without what the protocol has no words for, in the one form that reading gives it. */
const expressible: fc.Arbitrary<ChatRequest> = chatRequest.map((request) => {
  const { strict: _, think, stop, ...rest } = request;
  return {
    ...rest,
    ...(think !== undefined && think !== true && { think }),
    ...(stop !== undefined && stop.length > 0 && { stop }),
    messages: rest.messages.map(
      (message): Message => (message.role === 'assistant' ? toExpressibleTurn(message) : message),
    ),
  };
});

it('keeps everything of a request that the wire can express, and warns of nothing', () => {
  fc.assert(
    fc.property(expressible, (request) => {
      const parsed = parseOpenaiRequest(toOpenaiWire(request));
      expect(parsed.request).toEqual(JSON.parse(JSON.stringify(request)));
      expect(parsed.warnings).toEqual([]);
      expect(chatRequestSchema.safeParse(parsed.request).success).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const refusesOrParses = (json: unknown): void => {
  try {
    const { request } = parseOpenaiRequest(json);
    expect(chatRequestSchema.safeParse(request).error).toBeUndefined();
  } catch (error) {
    expect(isChatError(error) && ['invalid-request', 'unsupported'].includes(error.code)).toBe(true);
  }
};

it('throws nothing but a ChatError, whatever JSON it is given', () => {
  fc.assert(fc.property(fc.jsonValue(), refusesOrParses), { numRuns: 500 });
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
    fc.property(expressible, fc.nat(), fc.jsonValue(), (request, seed, by) => {
      const json = toOpenaiWire(request);
      const all = places(json);
      refusesOrParses(replace(json, all[seed % all.length] ?? [], by));
    }),
    { numRuns: 500 },
  );
});

it('embeddings: throws nothing but a ChatError, whatever JSON it is given', () => {
  const body = fc.oneof(fc.jsonValue(), fc.record({ model: fc.jsonValue(), input: fc.jsonValue() }));
  fc.assert(
    fc.property(body, (json) => {
      try {
        parseOpenaiEmbeddings(json);
      } catch (error) {
        expect(isChatError(error) && ['invalid-request', 'unsupported'].includes(error.code)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
