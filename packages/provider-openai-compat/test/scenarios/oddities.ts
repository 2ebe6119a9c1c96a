import { type Scenario, sse } from '@lakehouse/provider-testkit';
import { bare, callDelta, chunk, completion, done, stream, weatherTool } from '../support/wire.js';

const hello = { content: 'Hello', finishReason: 'stop' } as const;
const request = { tools: [weatherTool] };
const named = (index: number, id: string) => ({
  index,
  id,
  type: 'function',
  function: { name: 'weather', arguments: '' },
});
const piece = (index: number, text: string) => ({ index, function: { arguments: text } });
const counts = (usage: object) => ({
  whole: completion({ content: 'Hello' }, 'stop', { usage }),
  stream: stream(chunk({ content: 'Hello' }, 'stop'), bare({ choices: [], usage })),
});

/** Frames, calls and counts that are written in other ways than the original's. */
export const oddityScenarios: readonly Scenario[] = [
  {
    name: 'frames carry an event, an id and a retry, data without a space, and data over two lines',
    stream: sse([
      'retry: 3000\nid: 1\nevent: message\n',
      `data:${JSON.stringify(chunk({ content: 'Hel' }))}\n\n`,
      `data: ${JSON.stringify(chunk({ content: 'lo' }, 'stop')).replace('"choices"', '\ndata: "choices"')}\n\n`,
      done,
    ]),
    expect: hello,
  },
  {
    name: 'the id and the model change from chunk to chunk (OpenRouter, Zen, Azure)',
    stream: stream(
      { ...chunk({ content: 'Hel' }), id: 'a', model: 'm-2026' },
      { ...chunk({ content: 'lo' }, 'stop'), id: 'b', model: 'other' },
    ),
    expect: { ...hello, responseId: 'a', model: 'm' },
  },
  {
    name: 'fragments of two calls take turns',
    request,
    stream: stream(
      chunk(callDelta(named(0, 'a'), named(1, 'b'))),
      chunk(callDelta(piece(1, '{"city":'))),
      chunk(callDelta(piece(0, '{"city":"Ulm"}'))),
      chunk(callDelta(piece(1, '"Bonn"}'))),
      chunk({}, 'tool_calls'),
    ),
    expect: {
      toolCalls: [
        { id: 'a', name: 'weather', arguments: { city: 'Ulm' } },
        { id: 'b', name: 'weather', arguments: { city: 'Bonn' } },
      ],
    },
  },
  {
    name: 'xAI counts reasoning beside the output, as its total tells',
    ...counts({
      prompt_tokens: 12,
      completion_tokens: 1,
      total_tokens: 241,
      completion_tokens_details: { reasoning_tokens: 228 },
    }),
    expect: hello,
    totals: { input: 12, output: 229 },
  },
  {
    name: 'a total above its parts leaves the rest to the output',
    ...counts({ prompt_tokens: 9, completion_tokens: 3, total_tokens: 20 }),
    expect: hello,
    totals: { input: 9, output: 11 },
  },
  {
    name: 'cached tokens stand at the top of the usage (Together, Kimi)',
    ...counts({ prompt_tokens: 9, completion_tokens: 3, total_tokens: 12, cached_tokens: 4 }),
    expect: { ...hello, usage: { input: 5, cacheRead: 4, output: 3 } },
    totals: { input: 9, output: 3 },
  },
  {
    name: 'cache hits and misses have their own names (DeepSeek)',
    ...counts({
      prompt_tokens: 9,
      completion_tokens: 3,
      total_tokens: 12,
      prompt_cache_hit_tokens: 4,
      prompt_cache_miss_tokens: 5,
    }),
    expect: { ...hello, usage: { input: 5, cacheRead: 4, output: 3 } },
    totals: { input: 9, output: 3 },
  },
  {
    name: 'what was written to a cache is part of the input (OpenRouter)',
    ...counts({
      prompt_tokens: 9,
      completion_tokens: 3,
      total_tokens: 12,
      prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 3 },
    }),
    expect: { ...hello, usage: { input: 4, cacheRead: 2, cacheWrite: 3, output: 3 } },
    totals: { input: 9, output: 3 },
  },
  ...['', 'null'].map(
    (text): Scenario => ({
      name: `arguments that are ${JSON.stringify(text)} are none`,
      request,
      whole: completion(
        { tool_calls: [{ id: 'a', type: 'function', function: { name: 'weather', arguments: text } }] },
        'tool_calls',
      ),
      expect: { toolCalls: [{ id: 'a', name: 'weather', arguments: {} }] },
    }),
  ),
];
