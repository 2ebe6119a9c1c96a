import type { Scenario } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { streamed, whole } from './wire.js';

const tools = [{ name: 'now', parameters: { type: 'object', properties: {} } }];
const call = { index: 0, id: 'c1', type: 'function', function: { name: 'now', arguments: '{}' } };
const called = { finishReason: 'tool_calls', toolCalls: [{ id: 'c1', name: 'now', arguments: {} }] } as const;
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPhfDwAChAF/x0zBGQAAAABJRU5ErkJggg==';

/** Edit: each capability that the preset leaves on, and what only this service does. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'a tool is called',
    shows: 'tools',
    request: { tools },
    whole: whole({ content: null, tool_calls: [call] }, 'tool_calls'),
    stream: streamed([{ tool_calls: [call] }], 'tool_calls'),
    expect: called,
  },
  {
    name: 'a tool has to be called',
    shows: 'toolChoice',
    request: { tools, toolChoice: 'required' },
    stream: streamed([{ tool_calls: [call] }], 'tool_calls'),
    expect: called,
    sent: (body) => expect(body).toMatchObject({ tool_choice: 'required' }),
  },
  {
    name: 'an image is sent as a data URL',
    shows: 'images',
    request: {
      messages: [{ role: 'user', content: [{ type: 'image', data: pixel, mediaType: 'image/png' }] }],
    },
    stream: streamed([{ content: 'A pixel' }]),
    expect: { content: 'A pixel' },
    sent: (body) => expect(JSON.stringify(body)).toContain(`data:image/png;base64,${pixel}`),
  },
  {
    name: 'reasoning comes in a field of its own',
    shows: 'reasoning',
    request: { think: 'low' },
    whole: whole({ content: '4', reasoning_content: 'two and two' }),
    stream: streamed([{ reasoning_content: 'two and two' }, { content: '4' }]),
    expect: { content: '4', reasoning: 'two and two' },
    sent: (body) => expect(body).toMatchObject({ reasoning_effort: 'low' }),
  },
  {
    name: 'JSON is asked for',
    shows: 'structuredOutput',
    request: { format: 'json' },
    whole: whole({ content: '{"a":1}' }),
    stream: streamed([{ content: '{"a"' }, { content: ':1}' }]),
    expect: { content: '{"a":1}' },
    sent: (body) => expect(body).toMatchObject({ response_format: { type: 'json_object' } }),
  },
  {
    name: 'a used-up balance is no rate limit',
    stream: { status: 402, steps: [{ send: '{"error":{"message":"Please top up"}}' }] },
    error: { code: 'quota-exceeded' },
  },
];
