import { json, type Scenario, sse, testProvider } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import plugin, { createChatd } from '../src/index.js';
import { answerScenarios, turnScenarios } from './scenarios/answers.js';
import { faultScenarios } from './scenarios/faults.js';
import { end, start, text, whole } from './support/wire.js';

const requestScenarios: readonly Scenario[] = [
  {
    name: 'a whole answer is asked for whole, and the name of the model goes as it is',
    request: { model: 'openrouter/vendor/model:free' },
    whole: json(whole('Hi')),
    sent: (body, { path, headers }) => {
      expect(body).toEqual({
        model: 'openrouter/vendor/model:free',
        messages: [{ role: 'user', content: 'Hi' }],
        stream: false,
      });
      expect(path).toBe('/v1/chat');
      expect(headers).not.toHaveProperty('x-chatd-via');
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    },
  },
  {
    name: 'a choice of a tool is sent as chatd takes it',
    shows: 'toolChoice',
    request: { tools: [{ name: 'now' }], toolChoice: { name: 'now' } },
    whole: json(
      whole('', { finish_reason: 'tool_calls', tool_calls: [{ id: 'c1', name: 'now', arguments: {} }] }),
    ),
    expect: { toolCalls: [{ id: 'c1', name: 'now', arguments: {} }] },
    sent: (body) =>
      expect(body).toMatchObject({
        tools: [{ type: 'function', function: { name: 'now' } }],
        tool_choice: { type: 'function', function: { name: 'now' } },
      }),
  },
  {
    name: 'an image is sent as chatd takes it',
    shows: 'images',
    request: {
      messages: [{ role: 'user', content: [{ type: 'image', data: 'aGk=', mediaType: 'image/png' }] }],
    },
    whole: json(whole('A dot')),
    sent: (body) =>
      expect(body).toMatchObject({
        messages: [{ content: [{ type: 'image', data: 'aGk=', media_type: 'image/png' }] }],
      }),
  },
  {
    name: 'a file is sent as chatd takes it',
    shows: 'files',
    request: {
      messages: [
        {
          role: 'user',
          content: [{ type: 'file', data: 'aGk=', mediaType: 'text/plain', filename: 'a.txt' }],
        },
      ],
    },
    whole: json(whole('A word')),
    sent: (body) =>
      expect(body).toMatchObject({
        messages: [
          { content: [{ type: 'file', data: 'aGk=', media_type: 'text/plain', filename: 'a.txt' }] },
        ],
      }),
  },
  {
    name: 'a form of the answer is sent as chatd takes it',
    shows: 'structuredOutput',
    request: { format: { type: 'object', properties: { a: { type: 'string' } } } },
    whole: json(whole('{"a":"b"}')),
    expect: { content: '{"a":"b"}' },
    sent: (body) => expect(body).toMatchObject({ format: { type: 'object' } }),
  },
  {
    name: 'a stream is asked for as one',
    stream: sse([start(), text('Hi'), end()]),
    sent: (body) => expect(body).toMatchObject({ stream: true }),
  },
];

testProvider({
  name: 'provider-chatd',
  // A key is only for a proxy in front of the other chatd; the suite's rules on keys hold for it too.
  create: (url, { key = 'sk-proxy', ...overrides } = {}) => createChatd({ url, key, ...overrides }, 'lab'),
  request: { model: 'platform-fast', messages: [{ role: 'user', content: 'Hi' }] },
  upstream: {
    whole: json(whole('Grüße aus Köln')),
    stream: sse([start(), text('Grüße '), text('aus Köln'), end()]),
    totals: { input: 15, output: 7 },
    heartbeat: ': keep-alive\n\n',
    failure: {
      stream: sse([{ type: 'error', error: { code: 'overloaded', message: 'stopping', retryable: true } }]),
      code: 'overloaded',
    },
    allowsCrlf: true,
    statuses: { 502: 'upstream-failure', 508: 'unsupported' },
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
      script: json({
        models: [
          {
            id: 'ollama/qwen3:4b',
            provider: 'ollama',
            display_name: 'Qwen',
            description: 'small',
            context_window: 262144,
            max_output_tokens: 8192,
            capabilities: { tools: true, tool_choice: false, structured_output: 'enforced', new_one: 1 },
          },
        ],
        tiers: [{ id: 'fast', targets: ['ollama/qwen3:4b', 'lab/m'] }],
        unavailable: [{ provider: 'openrouter', detail: 'set OPENROUTER_API_KEY' }],
      }),
      expect: [
        {
          id: 'ollama/qwen3:4b',
          displayName: 'Qwen',
          description: 'small',
          contextWindow: 262144,
          maxOutputTokens: 8192,
          capabilities: { tools: true, toolChoice: false, structuredOutput: 'enforced' },
        },
        { id: 'fast', description: 'a tier: ollama/qwen3:4b, lab/m' },
      ],
    },
  },
  plugin,
  scenarios: [...requestScenarios, ...turnScenarios, ...answerScenarios, ...faultScenarios],
});
