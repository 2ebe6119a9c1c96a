import { json, ndjson, type Scenario } from '@lakehouse/provider-testkit';
import { answers, chatLast, chatLine, last, line } from '../support/lines.js';

const calls = [
  { id: 'call_x', function: { name: 'now', arguments: { zone: 'CET' } } },
  { id: 'call_y', function: { name: 'now', arguments: { zone: 'UTC' } } },
];

/** One for each capability that the provider declares. */
export const showScenarios: readonly Scenario[] = [
  {
    name: 'tool calls come in several lines, in their order',
    shows: 'tools',
    request: { tools: [{ name: 'now' }] },
    whole: json(chatLast('', { tool_calls: calls })),
    stream: ndjson([...calls.map((call) => chatLine('', { tool_calls: [call] })), chatLast()]),
    expect: {
      finishReason: 'tool_calls',
      toolCalls: [
        { id: 'call_x', name: 'now', arguments: { zone: 'CET' } },
        { id: 'call_y', name: 'now', arguments: { zone: 'UTC' } },
      ],
    },
    totals: { input: 21, output: 6 },
  },
  {
    name: 'an image goes beside the prompt',
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
    ...answers('A ', 'cat'),
    expect: { content: 'A cat' },
  },
  {
    name: 'thoughts have their own field, and are counted as output',
    shows: 'reasoning',
    request: { think: true },
    whole: json({ ...last('4'), thinking: 'two and two' }),
    stream: ndjson([line('', { thinking: 'two and two' }), line('4'), last()]),
    expect: { content: '4', reasoning: 'two and two' },
    totals: { input: 21, output: 6 },
  },
  {
    name: 'an answer in the form that was asked for is passed on without a word',
    shows: 'structuredOutput',
    request: { format: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } },
    ...answers('{"a"', ':1}'),
    expect: { content: '{"a":1}' },
  },
];
