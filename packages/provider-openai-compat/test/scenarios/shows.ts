import type { ChatRequest, ContentPart } from '@lakehouse/chat-core';
import { json, type Scenario } from '@lakehouse/provider-testkit';
import { bare, basic, callDelta, chunk, completion, stream, weatherTool } from '../support/wire.js';

const tools = [weatherTool];
const weather = (id: string, city: string) => ({ id, name: 'weather', arguments: { city } });
const wireCall = (id: string, city: string) => ({
  id,
  type: 'function',
  function: { name: 'weather', arguments: JSON.stringify({ city }) },
});
const asks = (part: ContentPart): Partial<ChatRequest> => ({
  messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, part] }],
});
const thoughtful = {
  prompt_tokens: 9,
  completion_tokens: 7,
  total_tokens: 16,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 5 },
};

/** One for each capability that most servers have. */
export const showScenarios: readonly Scenario[] = [
  {
    name: 'two calls, the arguments of each in fragments',
    shows: 'tools',
    request: { tools },
    whole: completion(
      { content: null, tool_calls: [wireCall('a', 'Ulm'), wireCall('b', 'Bonn')] },
      'tool_calls',
    ),
    stream: stream(
      chunk(callDelta({ index: 0, id: 'a', type: 'function', function: { name: 'weather', arguments: '' } })),
      chunk(callDelta({ index: 0, function: { arguments: '{"city"' } })),
      chunk(callDelta({ index: 0, function: { arguments: ':"Ulm"}' } })),
      chunk(callDelta({ index: 1, id: 'b', type: 'function', function: { name: 'weather', arguments: '' } })),
      chunk(callDelta({ index: 1, function: { arguments: '{"city":"Bonn"}' } })),
      chunk({}, 'tool_calls'),
    ),
    expect: { finishReason: 'tool_calls', toolCalls: [weather('a', 'Ulm'), weather('b', 'Bonn')] },
  },
  {
    name: 'a tool that has to be called',
    shows: ['tools', 'toolChoice'],
    request: { tools, toolChoice: { name: 'weather' } },
    whole: completion({ content: null, tool_calls: [wireCall('a', 'Ulm')] }, 'tool_calls'),
    expect: { finishReason: 'tool_calls', toolCalls: [weather('a', 'Ulm')] },
  },
  {
    name: 'an image inside a message',
    shows: 'images',
    request: asks({ type: 'image', data: 'aGk=', mediaType: 'image/png' }),
    whole: basic.whole,
    stream: basic.stream,
  },
  {
    name: 'reasoning beside the text; its tokens are inside the output, the cached ones inside the input',
    shows: 'reasoning',
    request: { think: 'high' },
    whole: completion({ reasoning_content: 'Hm', content: 'Hello' }, 'stop', { usage: thoughtful }),
    stream: stream(
      chunk({ reasoning_content: 'Hm' }),
      chunk({ content: 'Hello' }),
      chunk({}, 'stop'),
      bare({ choices: [], usage: thoughtful }),
    ),
    expect: {
      reasoning: 'Hm',
      content: 'Hello',
      usage: { input: 5, cacheRead: 4, output: 2, reasoning: 5 },
    },
    totals: { input: 9, output: 7 },
  },
  {
    name: 'an answer in JSON',
    shows: 'structuredOutput',
    request: { format: 'json' },
    whole: completion({ content: '{"a":1}' }),
    stream: stream(chunk({ content: '{"a":' }), chunk({ content: '1}' }, 'stop')),
    expect: { content: '{"a":1}' },
  },
];

/** For servers that take documents. */
export const fileScenario: Scenario = {
  name: 'a document inside a message',
  shows: 'files',
  request: asks({ type: 'file', data: 'aGk=', mediaType: 'application/pdf', filename: 'a.pdf' }),
  whole: basic.whole,
};

/** For servers that have an endpoint for vectors; `index` goes before the order. */
export const embeddings = {
  request: { model: 'e', input: ['a', 'b'] },
  script: json({
    object: 'list',
    data: [
      { object: 'embedding', index: 1, embedding: [1, 0] },
      { object: 'embedding', index: 0, embedding: [0.6, 0.8] },
    ],
    model: 'e',
    usage: { prompt_tokens: 4, total_tokens: 4 },
  }),
  expect: {
    embeddings: [
      [0.6, 0.8],
      [1, 0],
    ],
    usage: { input: 4 },
  },
} as const;
