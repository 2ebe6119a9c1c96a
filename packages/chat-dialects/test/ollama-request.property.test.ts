import { chatRequestSchema, isChatError, type Message } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { meta, parseChat, parseEmbed, parseGenerate } from './support/ollama.js';
import { conversation, ollamaRequest } from './support/ollama-arbitraries.js';
import { toOllamaWire } from './support/ollama-to-wire.js';

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

it('keeps everything of a request that the protocol can express, and warns of nothing', () => {
  fc.assert(
    fc.property(ollamaRequest, (request) => {
      const parsed = parseChat(throughJson(toOllamaWire(request)));
      expect(parsed.request).toEqual(throughJson(request));
      expect(parsed.warnings).toEqual([]);
      expect(chatRequestSchema.safeParse(parsed.request).success).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const pairsOf = (messages: readonly Message[]): readonly (readonly [string, string])[] => {
  const names = new Map<string, string>();
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    for (const { id, name } of message.toolCalls ?? []) {
      expect(names.has(id)).toBe(false);
      names.set(id, name);
    }
  }
  return messages.flatMap((message) =>
    message.role === 'tool'
      ? [[names.get(message.toolCallId) ?? 'nothing', message.name ?? ''] as const]
      : [],
  );
};

it('gives every result the call of its function where a client sends no ids, and every call an id of its own', () => {
  fc.assert(
    fc.property(conversation, (messages) => {
      const bare = messages.map((message) => {
        if (message.role === 'tool') return { role: 'tool', content: '', tool_name: message.name };
        const { role, toolCalls = [] } = { toolCalls: undefined, ...message };
        const calls = toolCalls.map(({ name }) => ({ function: { name } }));
        return { role, content: '', ...(calls.length > 0 && { tool_calls: calls }) };
      });
      const { request } = parseChat({ model: 'm', messages: bare });
      for (const [asked, answered] of pairsOf(request.messages)) expect(asked).toBe(answered);
    }),
    { numRuns: 300 },
  );
});

const routes = [
  parseChat,
  parseGenerate,
  (json: unknown) => parseEmbed('/api/embed', json),
  (json: unknown) => parseEmbed('/api/embeddings', json),
] as const;

const refusesOrParses = (json: unknown): void => {
  for (const parse of routes) {
    try {
      const { request, answerAtOnce } = parse(json);
      if (answerAtOnce) expect(answerAtOnce(meta)).toBeTypeOf('object');
      else if ('messages' in request) expect(chatRequestSchema.safeParse(request).success).toBe(true);
    } catch (error) {
      expect(isChatError(error) && ['invalid-request', 'unsupported'].includes(error.code)).toBe(true);
    }
  }
};

it('throws nothing but a ChatError, whatever JSON it is given', () => {
  fc.assert(fc.property(fc.jsonValue(), refusesOrParses), { numRuns: 500 });
});

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

it('throws nothing but a ChatError when one value of a good request is replaced by any other', () => {
  fc.assert(
    fc.property(ollamaRequest, fc.nat(), fc.jsonValue(), (request, seed, by) => {
      const json: unknown = { prompt: 'p', input: ['i'], ...throughJson(toOllamaWire(request)) };
      const all = places(json);
      refusesOrParses(replace(json, all[seed % all.length] ?? [], by));
    }),
    { numRuns: 500 },
  );
});
