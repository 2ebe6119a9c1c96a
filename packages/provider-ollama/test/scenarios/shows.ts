import type { Scenario } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { both, last, line, toolCall } from '../support/lines.js';

const calls = [
  toolCall('get_weather', { city: 'Rome' }, 'call_ab12cd34'),
  toolCall('get_weather', { city: 'Oslo' }, 'call_ef56gh78'),
];

/** One for each capability that the provider declares. */
export const showScenarios: readonly Scenario[] = [
  {
    name: 'tool calls come whole, several in one line',
    shows: 'tools',
    request: { tools: [{ name: 'get_weather' }] },
    ...both(last({ tool_calls: calls }), [line({ tool_calls: calls }), last()]),
    expect: {
      finishReason: 'tool_calls',
      toolCalls: [
        { id: 'call_ab12cd34', name: 'get_weather', arguments: { city: 'Rome' } },
        { id: 'call_ef56gh78', name: 'get_weather', arguments: { city: 'Oslo' } },
      ],
    },
    totals: { input: 12, output: 5 },
  },
  {
    name: 'an image goes as base64 beside the text',
    shows: 'images',
    request: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image', data: 'aGk=', mediaType: 'image/png' },
          ],
        },
      ],
    },
    ...both(last({ content: 'A cat' }), [line({ content: 'A cat' }), last()]),
    expect: { content: 'A cat' },
    sent: (body) => expect(body).toMatchObject({ messages: [{ content: 'What is it?', images: ['aGk='] }] }),
  },
  {
    name: 'thoughts have their own field, and are counted as output',
    shows: 'reasoning',
    request: { think: true },
    ...both(last({ content: '4', thinking: 'two and two' }), [
      line({ thinking: 'two and two' }),
      line({ content: '4' }),
      last(),
    ]),
    expect: { content: '4', reasoning: 'two and two' },
    totals: { input: 12, output: 5 },
  },
  {
    name: 'the server keeps the model to a schema',
    shows: 'structuredOutput',
    request: { format: { type: 'object', properties: { a: { type: 'number' } } } },
    ...both(last({ content: '{"a":1}' }), [line({ content: '{"a":' }), line({ content: '1}' }), last()]),
    expect: { content: '{"a":1}' },
    sent: (body) => expect(body).toMatchObject({ format: { type: 'object' } }),
  },
];
