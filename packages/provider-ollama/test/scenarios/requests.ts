import type { Message } from '@lakehouse/chat-core';
import type { Scenario } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { both, last, line } from '../support/lines.js';

const answer = both(last({ content: 'Hi' }), [line({ content: 'Hi' }), last()]);

/** A quirk of the request; the answer is plain. */
const sends = (name: string, request: Scenario['request'], body: unknown): Scenario => ({
  name,
  ...(request && { request }),
  ...answer,
  expect: { content: 'Hi' },
  sent: (sent, { path, method }) => {
    expect(`${method} ${path}`).toBe('POST /api/chat');
    expect(sent).toEqual(expect.objectContaining(body));
  },
});

const user: Message = { role: 'user', content: 'Hi' };
const called: Message = {
  role: 'assistant',
  content: '',
  reasoning: 'I need the weather',
  toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: { city: 'Rome' } }],
};
const wire = { user: { role: 'user', content: 'Hi' } };
const wireCall = { id: 'call_1', function: { name: 'get_weather', arguments: { city: 'Rome' } } };

export const requestScenarios: readonly Scenario[] = [
  sends(
    'a request without options sends none: the gateway has no defaults of its own',
    {},
    { model: 'qwen3:4b' },
  ),
  {
    name: 'the server thinks unless it is told not to, and streams unless it is told not to',
    ...answer,
    sent: (body, { headers }) => {
      const stream = String(headers.accept).includes('x-ndjson');
      expect(body).toEqual({ model: 'qwen3:4b', messages: [wire.user], stream, think: false });
    },
  },
  sends(
    'sampling values belong inside `options`, and `stop` is always a list',
    {
      maxTokens: 10,
      temperature: 0,
      topP: 0.5,
      topK: 3,
      seed: 7,
      stop: ['END'],
      presencePenalty: 1,
      frequencyPenalty: -1,
    },
    {
      options: {
        num_predict: 10,
        temperature: 0,
        top_p: 0.5,
        top_k: 3,
        seed: 7,
        stop: ['END'],
        presence_penalty: 1,
        frequency_penalty: -1,
      },
    },
  ),
  sends(
    'content is a string only: text parts are joined, images stand beside it',
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What' },
            { type: 'image', data: 'aGk=', mediaType: 'image/png' },
            { type: 'text', text: 'is it?' },
          ],
        },
      ],
    },
    { messages: [{ role: 'user', content: 'What\nis it?', images: ['aGk='] }] },
  ),
  sends(
    'a tool result names its function, looked up by the id of the call; earlier reasoning is `thinking`',
    {
      messages: [
        user,
        called,
        { role: 'tool', toolCallId: 'call_1', content: [{ type: 'text', text: '21 °C' }] },
      ],
    },
    {
      messages: [
        wire.user,
        { role: 'assistant', content: '', thinking: 'I need the weather', tool_calls: [wireCall] },
        { role: 'tool', content: '21 °C', tool_name: 'get_weather', tool_call_id: 'call_1' },
      ],
    },
  ),
  sends(
    'a tool result keeps the name that the caller gave, and its images',
    {
      messages: [
        user,
        {
          role: 'tool',
          toolCallId: 'call_9',
          name: 'look',
          content: [{ type: 'image', data: 'aGk=', mediaType: 'image/png' }],
        },
      ],
    },
    {
      messages: [
        wire.user,
        { role: 'tool', content: '', images: ['aGk='], tool_name: 'look', tool_call_id: 'call_9' },
      ],
    },
  ),
  sends(
    'arguments must be an object: a string that holds one becomes one',
    {
      messages: [
        user,
        {
          role: 'assistant',
          content: '',
          toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: '{"city":"Rome"}' }],
        },
        { role: 'tool', toolCallId: 'call_1', content: 'ok' },
      ],
    },
    {
      messages: expect.arrayContaining([
        { role: 'assistant', content: '', tool_calls: [wireCall] },
      ]) as unknown,
    },
  ),
  sends(
    'templates of the Mistral family refuse a system message after a tool result: it goes to the front',
    {
      messages: [
        { role: 'system', content: 'Be kind' },
        user,
        called,
        { role: 'tool', toolCallId: 'call_1', content: 'ok' },
        { role: 'system', content: 'Be brief' },
        user,
        { role: 'system', content: 'From now on in Latin' },
      ],
    },
    {
      messages: [
        { role: 'system', content: 'Be kind' },
        { role: 'system', content: 'Be brief' },
        wire.user,
        expect.objectContaining({ role: 'assistant' }),
        expect.objectContaining({ role: 'tool' }),
        wire.user,
        { role: 'system', content: 'From now on in Latin' },
      ],
    },
  ),
  sends(
    'a tool without parameters is sent with an empty schema',
    { tools: [{ name: 'now', description: 'The time' }] },
    {
      tools: [
        {
          type: 'function',
          function: { name: 'now', description: 'The time', parameters: { type: 'object', properties: {} } },
        },
      ],
    },
  ),
  {
    name: '`tool_choice` is not understood: "none" takes the tools away',
    request: { tools: [{ name: 'now' }], toolChoice: 'none' },
    ...answer,
    expect: { content: 'Hi' },
    sent: (body) => {
      expect(body).not.toHaveProperty('tools');
      expect(body).not.toHaveProperty('tool_choice');
    },
  },
  {
    name: '`num_ctx` and every other field reach the body through providerOptions, the id going before the plugin',
    request: {
      temperature: 1,
      providerOptions: {
        ollama: { options: { num_ctx: 8192, temperature: 0.1 }, truncate: false },
        lab: { options: { num_ctx: 4096 } },
        other: { truncate: true },
      },
    },
    ...answer,
    sent: (body) =>
      expect(body).toMatchObject({ truncate: false, options: { num_ctx: 4096, temperature: 0.1 } }),
  },
  {
    name: 'gpt-oss takes levels only; that it cannot be kept from thinking is said',
    request: { model: 'gpt-oss:20b', think: false },
    ...answer,
    expect: {
      warnings: [
        { code: 'parameter-dropped', parameter: 'think', message: expect.any(String) as unknown as string },
      ],
    },
  },
  sends('a level of thinking is passed on', { think: 'low' }, { think: 'low' }),
  sends(
    'a JSON Schema is passed on whole',
    { format: { type: 'object', properties: { a: { type: 'number' } }, additionalProperties: false } },
    { format: { type: 'object', properties: { a: { type: 'number' } }, additionalProperties: false } },
  ),
  ...(['url', 'file'] as const).map((kind): Scenario => {
    const image = { type: 'image', url: 'https://example.com/a.png' } as const;
    const file = { type: 'file', data: 'aGk=', mediaType: 'application/pdf' } as const;
    return {
      name: kind === 'url' ? 'an image by address is refused' : 'a file is refused',
      request: {
        messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, kind === 'url' ? image : file] }],
      },
      ...answer,
      error: { code: 'unsupported', path: 'messages[0].content[1]' },
    };
  }),
];
