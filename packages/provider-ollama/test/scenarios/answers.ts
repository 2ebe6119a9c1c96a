import { json, ndjson, type Scenario } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { both, counters, last, line, toolCall } from '../support/lines.js';

const anyId = expect.any(String) as unknown as string;
const weather = { name: 'get_weather', arguments: { city: 'Rome' } };
const tools = [
  { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
];

export const answerScenarios: readonly Scenario[] = [
  {
    name: 'counts are tokens, durations are nanoseconds',
    ...both(last({ content: 'Hi' }), [line({ content: 'Hi' }), last()]),
    expect: {
      content: 'Hi',
      finishReason: 'stop',
      usage: { input: 12, output: 5 },
      providerDetails: { ollama: { totalMs: 812.4, loadMs: 21 } },
    },
  },
  {
    name: 'a count that the server left out is unknown, not zero',
    ...both(last({ content: 'Hi' }, { prompt_eval_count: undefined }), [
      line({ content: 'Hi' }),
      last({}, { prompt_eval_count: undefined }),
    ]),
    expect: { usage: { output: 5 } },
    // `toMatchObject` would let an `input` pass; the reader's own test looks at the exact usage.
  },
  {
    name: 'thinking comes before the text, on lines with an empty content',
    request: { think: true },
    ...both(last({ content: '4', thinking: 'two and two' }), [
      line({ thinking: 'two ' }),
      line({ thinking: 'and two' }),
      line({ content: '4' }),
      last(),
    ]),
    expect: { content: '4', reasoning: 'two and two' },
    sent: (body) => expect(body).toMatchObject({ think: true }),
  },
  {
    name: 'a small limit is used up by thinking: empty text with "length" is an answer, not an error',
    request: { maxTokens: 1, think: true },
    ...both(last({ thinking: 'hm' }, { done_reason: 'length' }), [
      line({ thinking: 'hm' }),
      last({}, { done_reason: 'length' }),
    ]),
    expect: { content: '', reasoning: 'hm', finishReason: 'length' },
  },
  {
    name: 'a <think> block inside the text stays where the model put it',
    ...both(last({ content: '<think>a</think>b' }), [
      line({ content: '<think>a</think>' }),
      line({ content: 'b' }),
      last(),
    ]),
    expect: { content: '<think>a</think>b' },
  },
  {
    name: '"stop" with tool calls means tool calls',
    request: { tools },
    ...both(last({ tool_calls: [toolCall('get_weather', { city: 'Rome' }, 'call_ab12cd34')] }), [
      line({ tool_calls: [toolCall('get_weather', { city: 'Rome' }, 'call_ab12cd34')] }),
      last(),
    ]),
    expect: {
      finishReason: 'tool_calls',
      rawFinishReason: 'stop',
      toolCalls: [{ id: 'call_ab12cd34', ...weather }],
    },
  },
  {
    name: 'an answer that the limit cut is "length", also behind a tool call',
    request: { tools, format: 'json', strict: true },
    ...both(
      last(
        { content: 'See', tool_calls: [toolCall('get_weather', { city: 'Rome' }, 'call_1')] },
        { done_reason: 'length' },
      ),
      [
        line({ content: 'See' }),
        line({ tool_calls: [toolCall('get_weather', { city: 'Rome' }, 'call_1')] }),
        last({}, { done_reason: 'length' }),
      ],
    ),
    expect: { content: 'See', finishReason: 'length', toolCalls: [{ id: 'call_1', ...weather }] },
  },
  {
    name: 'tool calls, text and thinking may stand in the last line only',
    request: { tools },
    ...both(
      last({ content: 'See', thinking: 'hm', tool_calls: [toolCall('get_weather', { city: 'Rome' })] }),
      [last({ content: 'See', thinking: 'hm', tool_calls: [toolCall('get_weather', { city: 'Rome' })] })],
    ),
    expect: {
      content: 'See',
      reasoning: 'hm',
      finishReason: 'tool_calls',
      toolCalls: [{ id: anyId, ...weather }],
    },
  },
  {
    name: 'servers before late 2025 send no id, and every call has the index 0',
    request: { tools },
    ...both(
      last({
        tool_calls: [toolCall('get_weather', { city: 'Rome' }), toolCall('get_weather', { city: 'Oslo' })],
      }),
      [
        line({ tool_calls: [toolCall('get_weather', { city: 'Rome' })] }),
        line({ tool_calls: [toolCall('get_weather', { city: 'Oslo' })] }),
        last(),
      ],
    ),
    expect: {
      toolCalls: [
        { id: anyId, ...weather },
        { id: anyId, name: 'get_weather', arguments: { city: 'Oslo' } },
      ],
    },
  },
  {
    name: 'a tool call without arguments has none',
    request: { tools },
    ...both(last({ tool_calls: [{ function: { name: 'now' } }] }), [
      line({ tool_calls: [{ function: { name: 'now' } }] }),
      last(),
    ]),
    expect: { toolCalls: [{ id: anyId, name: 'now', arguments: {} }] },
  },
  ...[undefined, ''].map(
    (reason): Scenario => ({
      name: `an end without a reason (${JSON.stringify(reason)}) is a stop`,
      ...both(last({ content: 'Hi' }, { done_reason: reason }), [
        line({ content: 'Hi' }),
        last({}, { done_reason: reason }),
      ]),
      expect: { content: 'Hi', finishReason: 'stop' },
    }),
  ),
  {
    name: 'an unknown reason is a stop that keeps its word',
    ...both(last({ content: 'Hi' }, { done_reason: 'later' }), [
      line({ content: 'Hi' }),
      last({}, { done_reason: 'later' }),
    ]),
    expect: { finishReason: 'stop', rawFinishReason: 'later' },
  },
  {
    name: 'a cloud stub answers with the model and the host behind it',
    ...both(
      last({ content: 'Hi' }, { remote_model: 'gpt-oss:120b', remote_host: 'https://ollama.com:443' }),
      [
        line({ content: 'Hi' }, { remote_model: 'gpt-oss:120b', remote_host: 'https://ollama.com:443' }),
        last(),
      ],
    ),
    expect: {
      model: 'qwen3:4b',
      providerDetails: {
        ollama: { remoteModel: 'gpt-oss:120b', remoteHost: 'https://ollama.com:443' },
      },
    },
  },
  {
    name: 'zero counters are dropped from the JSON: the answer is good without them',
    ...both({ model: 'm', message: { role: 'assistant', content: 'Hi' }, done: true }, [
      { model: 'm', message: { role: 'assistant', content: 'Hi' }, done: false },
      { model: 'm', message: { role: 'assistant', content: '' }, done: true },
    ]),
    expect: { content: 'Hi', finishReason: 'stop' },
  },
  {
    name: 'log probabilities on any line do no harm',
    request: { providerOptions: { ollama: { logprobs: true } } },
    ...both(last({ content: 'Hi' }, { logprobs: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105] }] }), [
      line({ content: 'Hi' }, { logprobs: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105] }] }),
      last(),
    ]),
    expect: { content: 'Hi' },
    sent: (body) => expect(body).toMatchObject({ logprobs: true }),
  },
  {
    name: 'a server that streams although it was told not to is understood',
    whole: ndjson([line({ content: 'Hi ' }), line({ content: 'there' }), last()]),
    stream: ndjson([line({ content: 'Hi ' }), line({ content: 'there' }), last()]),
    expect: { content: 'Hi there' },
  },
  {
    name: 'a server that answers whole although a stream was asked for is understood',
    stream: json(last({ content: 'Hi' })),
    expect: { content: 'Hi', usage: { input: 12, output: 5 } },
  },
  {
    name: 'a tool call with an argument of a megabyte is one line',
    request: { tools },
    whole: json(last({ tool_calls: [toolCall('save', { text: 'x'.repeat(1_100_000) }, 'call_big')] })),
    stream: ndjson([
      line({ tool_calls: [toolCall('save', { text: 'x'.repeat(1_100_000) }, 'call_big')] }),
      last(),
    ]),
    expect: { toolCalls: [{ id: 'call_big', name: 'save', arguments: { text: 'x'.repeat(1_100_000) } }] },
  },
  {
    name: 'an engine that ignores the format is found out: the answer carries a warning',
    request: { format: 'json' },
    ...both(last({ content: 'Sure!' }), [line({ content: 'Sure!' }), last()]),
    expect: {
      content: 'Sure!',
      warnings: [{ code: 'answer-mismatch', parameter: 'format', message: anyId }],
    },
    sent: (body) => expect(body).toMatchObject({ format: 'json' }),
  },
  {
    name: 'an engine that ignores the format fails a strict request',
    request: { format: 'json', strict: true },
    ...both(last({ content: 'Sure!' }), [line({ content: 'Sure!' }), last()]),
    error: { code: 'bad-response', path: 'format' },
  },
  {
    name: 'a JSON answer that the limit cut is no failure, even of a strict request',
    request: { format: 'json', strict: true, maxTokens: 3 },
    ...both(last({ content: '{"a":' }, { done_reason: 'length' }), [
      line({ content: '{"a":' }),
      last({}, { done_reason: 'length' }),
    ]),
    expect: {
      content: '{"a":',
      finishReason: 'length',
      usage: { input: counters.prompt_eval_count, output: 5 },
    },
  },
];
