import type { Scenario } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { callDelta, chunk, completion, stream, weatherTool } from '../support/wire.js';

const request = { tools: [weatherTool] };
const weather = { id: 'a', name: 'weather', arguments: { city: 'Ulm' } };
const time = { id: 'b', name: 'time', arguments: { zone: 'UTC' } };
const asked = { content: '', finishReason: 'tool_calls', toolCalls: [weather] } as const;
const askedTwice = { ...asked, toolCalls: [weather, time] };
const generated = { ...weather, id: expect.any(String) as string };

const first = { index: 0, id: 'a', type: 'function', function: { name: 'weather', arguments: '' } };
const second = {
  index: 1,
  id: 'b',
  type: 'function',
  function: { name: 'time', arguments: '{"zone":"UTC"}' },
};
const whole = { ...first, function: { name: 'weather', arguments: '{"city":"Ulm"}' } };
const piece = (text: string, more: object = {}) => ({ index: 0, function: { arguments: text }, ...more });

const inOneDelta = (name: string, ...calls: readonly object[]): Scenario => ({
  name,
  request,
  stream: stream(chunk(callDelta(...(calls as Record<string, unknown>[]))), chunk({}, 'tool_calls')),
});

/** How servers send tool calls. */
export const toolScenarios: readonly Scenario[] = [
  {
    name: 'a call comes in fragments, and in one piece when the answer is whole',
    request,
    stream: stream(
      chunk(callDelta(first)),
      chunk(callDelta(piece('{"city"'))),
      chunk(callDelta(piece(':"Ulm"}'))),
      chunk({}, 'tool_calls'),
    ),
    whole: completion({ content: null, tool_calls: [whole] }, 'tool_calls'),
    expect: asked,
  },
  { ...inOneDelta('calls come whole, one delta each (Groq, xAI)', whole, second), expect: askedTwice },
  {
    name: 'arguments come in the chunk with the finish reason (Together, Mistral)',
    request,
    stream: stream(chunk(callDelta(first)), chunk(callDelta(piece('{"city":"Ulm"}')), 'tool_calls')),
    expect: asked,
  },
  {
    name: 'finish reason stop although there are calls (Gemini)',
    request,
    stream: stream(chunk(callDelta(whole)), chunk({}, 'stop')),
    whole: completion({ tool_calls: [whole] }, 'stop'),
    expect: { ...asked, rawFinishReason: 'stop' },
  },
  {
    name: 'no finish reason, but complete calls and the upstream says that it is done (older llama-server)',
    request,
    stream: stream(chunk(callDelta(whole))),
    whole: completion({ tool_calls: [whole] }, null),
    expect: asked,
  },
  {
    name: 'no finish reason and a call that is not complete is a cut',
    request,
    stream: stream(chunk(callDelta(first)), chunk(callDelta(piece('{"ci')))),
    error: { code: 'bad-response' },
  },
  {
    name: 'no finish reason and a last call without arguments is a cut: nothing says that it has none',
    request,
    stream: stream(
      chunk(callDelta({ ...whole, index: 0 })),
      chunk(callDelta({ index: 1, id: 'b', type: 'function', function: { name: 'weather' } })),
    ),
    error: { code: 'bad-response' },
  },
  {
    name: 'finish reason tool_calls without any call is a stop',
    stream: stream(chunk({ content: 'Hello' }, 'tool_calls')),
    expect: { content: 'Hello', finishReason: 'stop', rawFinishReason: 'tool_calls' },
  },
  {
    ...inOneDelta(
      'no index and no type (Mistral)',
      { id: 'a', function: whole.function },
      { id: 'b', function: second.function },
    ),
    expect: askedTwice,
  },
  {
    ...inOneDelta('no index and an empty id (Gemini)', {
      id: '',
      type: 'function',
      function: whole.function,
    }),
    expect: { ...asked, toolCalls: [generated] },
  },
  {
    ...inOneDelta('the first index is 1', { ...whole, index: 1 }, { ...second, index: 2 }),
    expect: askedTwice,
  },
  {
    name: 'later fragments repeat an empty id and name (Qwen): they overwrite nothing',
    request,
    stream: stream(
      chunk(callDelta(first)),
      chunk(callDelta(piece('{"city":', { id: '', function: { name: '', arguments: '{"city":' } }))),
      chunk(callDelta(piece('"Ulm"}', { id: '' }))),
      chunk({}, 'tool_calls'),
    ),
    expect: asked,
  },
  {
    name: 'later fragments repeat the full id and name (SGLang)',
    request,
    stream: stream(
      chunk(callDelta(first)),
      chunk(callDelta({ ...first, function: { name: 'weather', arguments: '{"city":' } })),
      chunk(callDelta({ ...first, function: { name: 'weather', arguments: '"Ulm"}' } })),
      chunk({}, 'tool_calls'),
    ),
    expect: asked,
  },
  {
    name: 'the same index with a new id is a new call',
    request,
    stream: stream(
      chunk(callDelta(whole)),
      chunk(callDelta({ ...second, index: 0 })),
      chunk({}, 'tool_calls'),
    ),
    expect: askedTwice,
  },
  {
    ...inOneDelta('arguments are an object', {
      ...first,
      function: { name: 'weather', arguments: { city: 'Ulm' } },
    }),
    expect: asked,
  },
  {
    name: 'a stray white space follows complete arguments (OpenRouter)',
    request,
    stream: stream(chunk(callDelta(whole)), chunk(callDelta(piece(' \n'))), chunk({}, 'tool_calls')),
    expect: asked,
  },
  {
    ...inOneDelta('a call without arguments has none', { ...first, function: { name: 'weather' } }),
    expect: { ...asked, toolCalls: [{ ...weather, arguments: {} }] },
  },
  {
    name: 'arguments that are no JSON object stay text, with a warning',
    request,
    whole: completion(
      { tool_calls: [{ ...first, function: { name: 'weather', arguments: '{city: Ulm' } }] },
      'tool_calls',
    ),
    expect: {
      toolCalls: [{ ...weather, arguments: '{city: Ulm' }],
      warnings: [{ code: 'answer-mismatch', message: expect.stringContaining('weather') as string }],
    },
  },
  {
    name: 'an answer in the old form of one function call',
    request,
    whole: completion({ function_call: { name: 'weather', arguments: '{"city":"Ulm"}' } }, 'function_call'),
    expect: { ...asked, rawFinishReason: 'function_call', toolCalls: [generated] },
  },
  {
    name: "Gemini's thought signature is kept with its call",
    request,
    stream: stream(
      chunk(callDelta({ ...whole, extra_content: { google: { thought_signature: 's' } } })),
      chunk({}, 'stop'),
    ),
    whole: completion(
      { tool_calls: [{ ...whole, extra_content: { google: { thought_signature: 's' } } }] },
      'stop',
    ),
    expect: {
      toolCalls: [
        {
          ...weather,
          providerMetadata: { 'openai-compat': { extra_content: { google: { thought_signature: 's' } } } },
        },
      ],
    },
  },
];
