import { json, ndjson, type Scenario } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';

const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
const weather = { name: 'weather', description: 'The weather', parameters: city, strict: true };
const call = { id: 'c1', name: 'weather', arguments: '{"city":"Köln"}', seal: 's-1' };
const asked = {
  id: 'c1',
  name: 'weather',
  arguments: { city: 'Köln' },
  providerMetadata: { courier: { seal: 's-1' } },
};
const image = { type: 'image', data: 'aGk=', mediaType: 'image/png' } as const;

/** The upstream's quirks, and what the capabilities are shown by. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'a tool call comes in pieces, and its seal is kept',
    shows: ['tools', 'toolChoice'],
    request: { tools: [weather], toolChoice: { name: 'weather' }, format: 'json' },
    whole: json({ calls: [call], done: 'calls' }),
    stream: ndjson([
      { calls: [{ id: 'c1', name: 'weather', arguments: '{"city":', seal: 's-1' }] },
      { calls: [{ id: 'c1', arguments: '"Köln"}' }] },
      { done: 'calls' },
    ]),
    sent: (body) =>
      expect(body).toMatchObject({
        tools: [{ name: 'weather', parameters: city, exact: true }],
        must_call: 'weather',
      }),
    expect: {
      toolCalls: [asked],
      finishReason: 'tool_calls',
    },
  },
  {
    name: 'reasoning is apart from text, signed, and counted apart',
    shows: 'reasoning',
    request: { think: true },
    whole: json({
      id: 'a-2',
      thinking: 'Hm.',
      seal: 's-2',
      text: 'Yes',
      done: 'stop',
      counts: { out: 5, thought: 2 },
    }),
    stream: ndjson([
      { id: 'a-2', thinking: 'Hm.' },
      { seal: 's-2' },
      { text: 'Yes' },
      { done: 'stop', counts: { out: 5, thought: 2 } },
    ]),
    totals: { output: 5 },
    expect: {
      responseId: 'a-2',
      reasoning: 'Hm.',
      reasoningSegments: [{ text: 'Hm.', signature: 's-2' }],
      content: 'Yes',
      usage: { output: 3, reasoning: 2 },
    },
  },
  {
    name: 'what is dropped or changed is said',
    request: { topK: 3, think: 'high' },
    stream: ndjson([{ text: 'Yes' }, { done: 'stop' }]),
    sent: (body) => expect(body).toMatchObject({ think: true }),
    expect: {
      warnings: [
        { code: 'parameter-dropped', parameter: 'topK', message: 'lab has no topK' },
        {
          code: 'parameter-changed',
          parameter: 'think',
          message: 'lab thinks or does not: "high" is sent as true',
        },
      ],
    },
  },
  {
    name: 'an image goes with the text',
    shows: 'images',
    request: { messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, image] }] },
    whole: json({ text: 'A dot', done: 'stop' }),
    expect: { content: 'A dot' },
  },
  {
    name: 'a format is asked for in words',
    shows: 'structuredOutput',
    request: { format: city },
    whole: json({ text: '{"city":"Köln"}', done: 'stop' }),
    sent: (body) => expect(body).toMatchObject({ instruction: expect.stringContaining('"city"') as string }),
    expect: { content: '{"city":"Köln"}' },
  },
  {
    name: 'an answer in another form than asked for is said',
    request: { format: 'json' },
    whole: json({ text: 'no JSON', done: 'stop' }),
    expect: {
      warnings: [{ code: 'answer-mismatch', parameter: 'format', message: 'The answer is not JSON' }],
    },
  },
  {
    name: 'the thread and the seals of an earlier answer go back, and the depot is told',
    request: {
      messages: [
        { role: 'user', content: 'Weather?', name: 'ann' },
        {
          role: 'assistant',
          content: '',
          reasoning: 'Hm.',
          reasoningSegments: [{ text: 'Hm.', signature: 's-2' }],
          toolCalls: [asked],
          providerMetadata: { courier: { thread: 't-1' } },
        },
        { role: 'tool', content: 'Rain', toolCallId: 'c1' },
      ],
    },
    whole: json({ text: 'Rain', done: 'refused', thread: 't-2', depot: 'north' }),
    sent: (body) =>
      expect(body).toMatchObject({
        turns: [
          { who: 'user', text: 'Weather?', name: 'ann' },
          {
            who: 'assistant',
            thoughts: [{ thinking: 'Hm.', seal: 's-2' }],
            calls: [{ id: 'c1', arguments: { city: 'Köln' }, seal: 's-1' }],
            thread: 't-1',
          },
          { who: 'tool', text: 'Rain', call: 'c1' },
        ],
      }),
    expect: {
      finishReason: 'content_filter',
      rawFinishReason: 'refused',
      providerMetadata: { courier: { thread: 't-2' } },
      providerDetails: { courier: { depot: 'north' } },
    },
  },
  {
    name: 'an error inside of a 200 keeps its words',
    stream: ndjson([{ text: 'Y' }, { error: { code: 'overloaded', message: 'too many parcels' } }]),
    error: { message: expect.stringContaining('too many parcels') as string },
  },
];
