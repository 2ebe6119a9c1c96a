import { json, type Scenario, sse } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { both, end, ownDetails, start, text, usage, whole } from '../support/wire.js';

const segments = [{ text: 'First', signature: 's1' }, { text: ' then' }];
const called = { finish_reason: 'tool_calls' };
const dropped = { code: 'parameter-dropped', parameter: 'max_tokens', message: 'max_tokens was left out' };
const droppedHere = { ...dropped, parameter: 'maxTokens', message: 'maxTokens was left out' };
const notAnObject = {
  code: 'answer-mismatch',
  message:
    'The model wrote arguments for the tool "now" that are not a JSON object; they are passed on as text',
};

export const answerScenarios: readonly Scenario[] = [
  {
    name: 'says in providerDetails who answered there, and keeps what that one told',
    ...both(whole('Hi', { provider_details: { ollama: { totalMs: 9 } } }), [
      start(),
      text('Hi'),
      end({ provider_details: { ollama: { totalMs: 9 } } }),
    ]),
    expect: {
      model: 'platform-fast',
      responseId: 'chat_r-1',
      usage,
      providerDetails: { ollama: { totalMs: 9 }, chatd: ownDetails },
    },
  },
  {
    name: 'a chatd behind that one is a level below in providerDetails',
    ...both(whole('Hi', { provider_details: { chatd: { provider: 'lab' } } }), [
      start(),
      text('Hi'),
      end({ provider_details: { chatd: { provider: 'lab' } } }),
    ]),
    expect: { providerDetails: { chatd: { ...ownDetails, chatd: { provider: 'lab' } } } },
  },
  {
    name: 'tool calls keep their ids, their arguments and what their provider wants back',
    shows: 'tools',
    request: { tools: [{ name: 'now' }, { name: 'weather' }] },
    ...both(
      whole('', {
        ...called,
        tool_calls: [
          { id: 'c1', name: 'weather', arguments: { city: 'Köln' }, provider_metadata: { p: { sig: 'x' } } },
          { id: 'c2', name: 'now', arguments: {} },
        ],
      }),
      [
        start(),
        { type: 'tool_call_delta', index: 0, id: 'c1', name: 'weather', arguments_delta: '{"city":' },
        { type: 'tool_call_delta', index: 0, arguments_delta: '"Köln"}' },
        { type: 'tool_call_delta', index: 1, id: 'c2', name: 'now' },
        { type: 'tool_call_delta', index: 0, provider_metadata: { p: { sig: 'x' } } },
        end(called),
      ],
    ),
    expect: {
      finishReason: 'tool_calls',
      toolCalls: [
        { id: 'c1', name: 'weather', arguments: { city: 'Köln' }, providerMetadata: { p: { sig: 'x' } } },
        { id: 'c2', name: 'now', arguments: {} },
      ],
    },
  },
  {
    name: 'arguments that are no object come as text, and are warned of once',
    request: { tools: [{ name: 'now' }] },
    ...both(
      whole('', {
        ...called,
        tool_calls: [{ id: 'c1', name: 'now', arguments: '{"a":' }],
        warnings: [notAnObject],
      }),
      [
        start(),
        { type: 'tool_call_delta', index: 0, id: 'c1', name: 'now', arguments_delta: '{"a":' },
        end({ ...called, warnings: [notAnObject] }),
      ],
    ),
    expect: { toolCalls: [{ id: 'c1', name: 'now', arguments: '{"a":' }], warnings: [notAnObject as never] },
  },
  {
    name: 'reasoning comes in its signed segments',
    shows: 'reasoning',
    request: { think: true },
    ...both(whole('So', { reasoning: 'First then', reasoning_segments: segments }), [
      start(),
      { type: 'reasoning_delta', delta: 'Fir' },
      { type: 'reasoning_delta', delta: 'st', signature: 's1' },
      { type: 'reasoning_delta', delta: ' then' },
      text('So'),
      end(),
    ]),
    expect: { reasoning: 'First then', reasoningSegments: segments, content: 'So' },
  },
  {
    name: 'a signature without text is kept',
    request: { think: true },
    ...both(whole('So', { reasoning_segments: [{ text: '', signature: 's1' }] }), [
      start(),
      { type: 'reasoning_delta', delta: '', signature: 's1' },
      text('So'),
      end(),
    ]),
    expect: { reasoningSegments: [{ text: '', signature: 's1' }] },
  },
  {
    name: 'reasoning that nobody signed comes as text',
    request: { think: true },
    ...both(whole('So', { reasoning: 'First' }), [
      start(),
      { type: 'reasoning_delta', delta: 'First' },
      text('So'),
      end(),
    ]),
    expect: { reasoning: 'First', content: 'So' },
  },
  {
    name: 'warnings speak of parameters by their names here, and the end of a stream does not repeat them',
    ...both(whole('Hi', { warnings: [dropped, { code: 'new-code', message: 'Look' }] }), [
      start({ warnings: [dropped] }),
      text('Hi'),
      end({ warnings: [dropped, { code: 'new-code', message: 'Look' }] }),
    ]),
    expect: { warnings: [droppedHere as never, { code: 'other', message: 'Look' }] },
  },
  {
    name: 'what the provider there wants back comes under the names it has there',
    ...both(whole('Hi', { provider_metadata: { openrouter: { turn: 1 } } }), [
      start(),
      text('Hi'),
      end({ provider_metadata: { openrouter: { turn: 1 } } }),
    ]),
    expect: { providerMetadata: { openrouter: { turn: 1 } } },
  },
  {
    name: 'a finish reason of a later version is kept as the raw one',
    ...both(whole('Hi', { finish_reason: 'paused' }), [
      start(),
      text('Hi'),
      end({ finish_reason: 'paused' }),
    ]),
    expect: { finishReason: 'other', rawFinishReason: 'paused' },
  },
  {
    name: 'usage that does not count tokens says so',
    ...both(whole('Hi', { usage: { input: 4, unit: 'words' } }), [
      start(),
      text('Hi'),
      end({ usage: { input: 4, unit: 'words' } }),
    ]),
    expect: { usage: { input: 4, unit: 'words' } },
  },
  {
    name: 'an answer without usage, trail and warnings is an answer',
    whole: json({ content: 'Hi', finish_reason: 'stop' }),
    stream: sse([
      { type: 'response_start', model: 'm', provider: 'p' },
      text('Hi'),
      { type: 'response_end', finish_reason: 'stop' },
    ]),
    expect: { content: 'Hi', finishReason: 'stop', providerDetails: { chatd: {} } },
  },
  {
    name: 'heartbeats, null members and event types of a later version are passed over',
    stream: sse([
      ': keep-alive\n\n',
      start({ warnings: null }),
      ': keep-alive\n\n',
      { type: 'citation', url: 'https://example.com' },
      text('Hi'),
      { type: 'reasoning_delta', delta: '', signature: null },
      ': keep-alive\n\n',
      end({ raw_finish_reason: null, usage: { input: 12, output: null } }),
    ]),
    expect: { content: 'Hi', usage: { input: 12 } },
  },
];

/** Fields of the next turn, both ways: what came back is sent as it came. */
export const turnScenarios: readonly Scenario[] = [
  {
    name: 'the turn before goes back with its segments, calls and what its provider wants back',
    request: {
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: '',
          reasoning: 'First then',
          reasoningSegments: segments,
          toolCalls: [
            { id: 'c1', name: 'weather', arguments: { city: 'Köln' }, providerMetadata: { p: { sig: 'x' } } },
          ],
          providerMetadata: { openrouter: { turn: 1 } },
        },
        { role: 'tool', toolCallId: 'c1', name: 'weather', content: 'rain' },
      ],
    },
    whole: json(whole('Rain')),
    sent: (body) =>
      expect(body).toMatchObject({
        messages: [
          {},
          {
            reasoning: 'First then',
            reasoning_segments: segments,
            tool_calls: [
              {
                id: 'c1',
                name: 'weather',
                arguments: { city: 'Köln' },
                provider_metadata: { p: { sig: 'x' } },
              },
            ],
            provider_metadata: { openrouter: { turn: 1 } },
          },
          { role: 'tool', tool_call_id: 'c1', name: 'weather', content: 'rain' },
        ],
      }),
  },
  {
    name: 'only its own provider options are read; those of the providers there stand inside of them',
    request: {
      providerOptions: {
        other: { secret: 1 },
        chatd: { top_k: 3, provider_options: { openrouter: { route: 'fallback' } } },
        lab: { top_k: 4 },
      },
    },
    whole: json(whole('Hi')),
    sent: (body) => {
      expect(body).toMatchObject({
        top_k: 4,
        provider_options: { openrouter: { route: 'fallback' } },
        stream: false,
      });
      expect(JSON.stringify(body)).not.toContain('secret');
    },
  },
];
