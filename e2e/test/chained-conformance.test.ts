import type { ChatEvent, ChatRequest, Provider } from '@lakehouse/chat-core';
import { createChatd } from '@lakehouse/provider-chatd';
import { json, sse, testProvider } from '@lakehouse/provider-testkit';
import { afterAll, expect } from 'vitest';
import { configOf, labAt } from '../support/chain.js';
import { type RunningProgram, startProgram } from '../support/program.js';

// The rules for every provider hold for a whole chain too: provider-chatd → chatd → provider-openai-compat → upstream.

/** One service for each upstream; the rules make a provider for every test. */
const services = new Map<string, Promise<RunningProgram>>();
afterAll(async () => {
  for (const service of services.values()) await (await service).stop();
});

const serviceOf = (upstream: string): Promise<RunningProgram> => {
  const known =
    services.get(upstream) ??
    startProgram('chatd', configOf(`[chatd.breaker]\nfailures = 0\n${labAt(upstream)}`));
  services.set(upstream, known);
  return known;
};

/** Ids and times are those of one call, so that two answers which say the same differ in them. */
const withoutOwnFacts = (event: ChatEvent): ChatEvent => {
  if (event.type === 'response-start') {
    const { responseId: _, ...rest } = event;
    return rest;
  }
  if (event.type !== 'response-end') return event;
  const { providerDetails: _, ...rest } = event;
  return rest;
};

/** What the rules want upstream is for the provider behind the service, whose options stand inside of those of the first. */
const forTheInnermost = (request: ChatRequest): ChatRequest => {
  const { platform, ...others } = request.providerOptions ?? {};
  return platform === undefined
    ? request
    : { ...request, providerOptions: { ...others, platform: { provider_options: { lab: platform } } } };
};

const create = async (url: string, overrides: object = {}): Promise<Provider> => {
  const service = await serviceOf(url);
  const provider = createChatd({ url: service.url, ...overrides }, 'platform');
  return {
    ...provider,
    async *stream(request, context) {
      for await (const event of provider.stream(forTheInnermost(request), context))
        yield withoutOwnFacts(event);
    },
  };
};

const chunk = (delta: object, finish: string | null = null): object => ({
  id: 'c-1',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const completion = (message: object, finish: string): object => ({
  id: 'c-1',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: '', ...message }, finish_reason: finish }],
  usage,
});
const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
const frames = [chunk({ content: 'Grüße, ' }), chunk({ content: 'world 🌊' }), chunk({}, 'stop')];
const streamOf = (...chunks: readonly object[]) =>
  sse([...chunks, { id: 'c-1', choices: [], usage }, 'data: [DONE]\n\n']);
const now = { id: 'c1', type: 'function', function: { name: 'now', arguments: '{"in":"Köln"}' } };

testProvider({
  name: 'a chatd behind a chatd',
  create,
  request: { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
  upstream: {
    whole: json(completion({ content: 'Grüße, world 🌊' }, 'stop')),
    stream: streamOf(...frames),
    // Once the chunk with the finish reason is whole, only the usage can still be lost.
    completeFrom: Buffer.byteLength(frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')) - 2,
    totals: { input: 9, output: 3 },
    allowsCrlf: true,
    embeddings: {
      request: { model: 'e', input: ['a', 'b'] },
      script: json({
        data: [
          { index: 1, embedding: [3, 4] },
          { index: 0, embedding: [1, 2] },
        ],
        usage: { prompt_tokens: 7 },
      }),
      expect: {
        embeddings: [
          [1, 2],
          [3, 4],
        ],
        usage: { input: 7 },
      },
    },
    models: {
      script: json({ data: [{ id: 'a' }, { id: 'b', max_model_len: 4096 }] }),
      expect: [{ id: 'lab/a' }, { id: 'lab/b', contextWindow: 4096 }],
    },
  },
  // The sockets of the upstream belong to the service, which keeps them when a provider of it is closed.
  sharedSockets: true,
  scenarios: [
    {
      name: 'tool calls come through',
      shows: ['tools', 'toolChoice'],
      request: { tools: [{ name: 'now' }], toolChoice: 'required' },
      whole: json(completion({ tool_calls: [now] }, 'tool_calls')),
      stream: streamOf(chunk({ tool_calls: [{ index: 0, ...now }] }), chunk({}, 'tool_calls')),
      expect: {
        finishReason: 'tool_calls',
        toolCalls: [{ id: 'c1', name: 'now', arguments: { in: 'Köln' } }],
        usage: { input: 9, output: 3 },
      },
    },
    {
      name: 'reasoning comes through',
      shows: 'reasoning',
      whole: json(completion({ reasoning_content: 'Well', content: 'Hi' }, 'stop')),
      stream: streamOf(chunk({ reasoning_content: 'Well' }), chunk({ content: 'Hi' }), chunk({}, 'stop')),
      expect: { reasoning: 'Well', content: 'Hi' },
    },
    {
      name: 'an image comes through',
      shows: 'images',
      request: {
        messages: [{ role: 'user', content: [{ type: 'image', data: 'aGk=', mediaType: 'image/png' }] }],
      },
      whole: json(completion({ content: 'A dot' }, 'stop')),
      sent: (body) => expect(JSON.stringify(body)).toContain('data:image/png;base64,aGk='),
    },
    {
      name: 'a file comes through',
      shows: 'files',
      request: {
        messages: [
          {
            role: 'user',
            content: [{ type: 'file', data: 'aGk=', mediaType: 'application/pdf', filename: 'a.pdf' }],
          },
        ],
      },
      whole: json(completion({ content: 'A page' }, 'stop')),
      sent: (body) => expect(JSON.stringify(body)).toContain('data:application/pdf;base64,aGk='),
    },
    {
      name: 'a form of the answer comes through',
      shows: 'structuredOutput',
      request: { format: { type: 'object', properties: { a: { type: 'string' } } } },
      whole: json(completion({ content: '{"a":"b"}' }, 'stop')),
      expect: { content: '{"a":"b"}' },
      sent: (body) => expect(body).toHaveProperty('response_format.json_schema.schema.type', 'object'),
    },
    {
      name: 'options for the provider behind the service come through',
      request: { providerOptions: { platform: { x_option: 1 } } },
      whole: json(completion({ content: 'Hi' }, 'stop')),
      sent: (body) => expect(body).toHaveProperty('x_option', 1),
    },
  ],
});
