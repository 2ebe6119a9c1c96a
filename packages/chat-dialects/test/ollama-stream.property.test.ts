import { type ChatEvent, type ChatResponse, collect } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChatExchange } from '../src/front.js';
import { body, meta, parseChat, parseGenerate } from './support/ollama.js';
import { answerEvents } from './support/ollama-arbitraries.js';
import { assembleChat, assembleGenerate, readLines } from './support/ollama-client.js';

const streamOf = async function* (list: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* list;
};

const encode = (exchange: ChatExchange, events: readonly ChatEvent[]): string => {
  const encoder = exchange.createEncoder(() => meta);
  const wire = events.map((event) => encoder.keepAlive() + encoder.push(event)).join('');
  return wire + encoder.end();
};

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it('a client that adds up the lines of /api/chat has the whole answer, field by field', async () => {
  await fc.assert(
    fc.asyncProperty(answerEvents, async (events) => {
      const exchange = parseChat(body);
      const whole = exchange.formatResponse(await collect(streamOf(events)), meta);
      const lines = readLines(encode(exchange, events));
      expect(assembleChat(lines)).toEqual(throughJson(whole));
      expect(lines.filter(({ done }) => done)).toHaveLength(1);
      expect(lines.every((line) => typeof line.message?.content === 'string' && !('error' in line))).toBe(
        true,
      );
    }),
    { numRuns: 300 },
  );
});

it('and the same of /api/generate, but for tool calls, which it never offers', async () => {
  await fc.assert(
    fc.asyncProperty(answerEvents, async (events) => {
      const exchange = parseGenerate({ model: 'm', prompt: 'Hi' });
      const texts = events.filter(({ type }) => type !== 'tool-call-delta');
      const whole = exchange.formatResponse(await collect(streamOf(texts)), meta);
      expect(assembleGenerate(readLines(encode(exchange, texts)))).toEqual(throughJson(whole));
    }),
    { numRuns: 300 },
  );
});

/** What the protocol's arguments make of text that is no object. */
const wrapped = ({ toolCalls, ...response }: ChatResponse): ChatResponse => ({
  ...response,
  ...(toolCalls && {
    toolCalls: toolCalls.map((call) => ({
      ...call,
      arguments: typeof call.arguments === 'string' ? { arguments: call.arguments } : call.arguments,
    })),
  }),
});

it('a client that sends the message back as it came brings everything back that a provider wants', async () => {
  await fc.assert(
    fc.asyncProperty(answerEvents, async (events) => {
      const { message } = assembleChat(readLines(encode(parseChat(body), events)));
      const response = wrapped(await collect(streamOf(events)));
      const { content, reasoning, reasoningSegments, toolCalls, providerMetadata } = response;
      const echo = parseChat({ model: 'm', messages: [message] }).request.messages;
      const turn = { role: 'assistant', content, reasoning, reasoningSegments, toolCalls, providerMetadata };
      expect(echo).toEqual([throughJson(turn)]);
    }),
    { numRuns: 300 },
  );
});

it('a stream that is cut anywhere ends with an error, and no line says that it is done', () => {
  fc.assert(
    fc.property(answerEvents, fc.nat(), (events, seed) => {
      const lines = readLines(encode(parseChat(body), events.slice(0, seed % events.length)));
      expect(Object.keys(lines.at(-1) ?? {})).toEqual(['error']);
      expect(lines.some(({ done }) => done)).toBe(false);
    }),
    { numRuns: 300 },
  );
});
