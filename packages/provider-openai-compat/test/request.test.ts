import type { ChatRequest, Message } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { presets } from '../src/presets.js';
import { plainQuirks, type Quirks } from '../src/quirks.js';
import { toWireRequest } from '../src/wire-request.js';
import { request, weatherTool } from './support/wire.js';

const build = (change: Partial<ChatRequest>, quirks: Partial<Quirks> = {}) =>
  toWireRequest(
    { ...request, ...change },
    { provider: 'p', quirks: { ...plainQuirks, ...quirks }, delivery: 'whole' },
  );

const messagesOf = (messages: readonly Message[], quirks: Partial<Quirks> = {}): unknown =>
  build({ messages }, quirks).body.messages;

const call = { id: 'call_1', name: 'f', arguments: { a: 1 } };

describe('messages', () => {
  it('text parts become one string', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ] as const;
    expect(
      messagesOf([
        { role: 'system', content },
        { role: 'user', content },
      ]),
    ).toEqual([
      { role: 'system', content: 'a\nb' },
      { role: 'user', content: 'a\nb' },
    ]);
  });

  it('images and files become data URIs, addresses stay addresses', () => {
    const content = [
      { type: 'text', text: 'Look' },
      { type: 'image', data: 'AAAA', mediaType: 'image/png' },
      { type: 'image', url: 'https://example.com/a.png' },
      { type: 'file', data: 'BBBB', mediaType: 'application/pdf' },
    ] as const;
    expect(messagesOf([{ role: 'user', content }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
          { type: 'file', file: { filename: 'file.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
        ],
      },
    ]);
  });

  it('a server without files or images refuses them, and the error names the part', () => {
    const file = [{ type: 'file', data: 'BBBB', mediaType: 'application/pdf' }] as const;
    expect(() => messagesOf([{ role: 'user', content: file }], presets.kimi.quirks)).toThrow(
      expect.objectContaining({ code: 'unsupported', path: 'messages[0].content[0]' }) as Error,
    );
    const image = [{ type: 'image', url: 'https://example.com/a.png' }] as const;
    expect(() => messagesOf([{ role: 'user', content: image }], { images: false })).toThrow(
      /takes no images/,
    );
  });

  it.each([
    ['null', { role: 'assistant', content: null }],
    ['omit', { role: 'assistant' }],
    ['empty', { role: 'assistant', content: '' }],
  ] as const)('empty content beside tool calls: %s', (emptyContent, expected) => {
    const calls = [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }];
    expect(messagesOf([{ role: 'assistant', content: '', toolCalls: [call] }], { emptyContent })).toEqual([
      { ...expected, tool_calls: calls },
    ]);
  });

  it('an empty assistant turn without tool calls keeps its empty text', () => {
    expect(messagesOf([{ role: 'assistant', content: '' }])).toEqual([{ role: 'assistant', content: '' }]);
  });

  it('arguments that are text stay as the model wrote them; none are an empty object', () => {
    const toolCalls = [
      { ...call, arguments: '{a: 1' },
      { ...call, id: 'call_2', arguments: '' },
    ];
    expect(messagesOf([{ role: 'assistant', content: 'x', toolCalls }])).toMatchObject([
      { tool_calls: [{ function: { arguments: '{a: 1' } }, { function: { arguments: '{}' } }] },
    ]);
  });

  it('a tool result is text', () => {
    expect(
      messagesOf([{ role: 'tool', toolCallId: 'call_1', name: 'f', content: [{ type: 'text', text: '1' }] }]),
    ).toEqual([{ role: 'tool', tool_call_id: 'call_1', content: '1' }]);
  });

  it('names are sent, or left out with a warning where they are refused (Groq)', () => {
    const messages = [{ role: 'user', content: 'Hi', name: 'Ada' }] as const;
    expect(messagesOf(messages)).toEqual([{ role: 'user', content: 'Hi', name: 'Ada' }]);
    const { body, warnings } = build({ messages }, { messageNames: false });
    expect(body.messages).toEqual([{ role: 'user', content: 'Hi' }]);
    expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'messages' }]);
  });

  it("Mistral's ids of nine characters are the same for a call and its result", () => {
    const messages: Message[] = [
      { role: 'assistant', content: '', toolCalls: [call, { ...call, id: 'abcDEF123' }] },
      { role: 'tool', toolCallId: 'call_1', content: '1' },
    ];
    const sent = messagesOf(messages, { toolCallIds: 'nine-characters' }) as [
      { tool_calls: [{ id: string }, { id: string }] },
      { tool_call_id: string },
    ];
    expect(sent[0].tool_calls[0].id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(sent[0].tool_calls[1].id).toBe('abcDEF123');
    expect(sent[1].tool_call_id).toBe(sent[0].tool_calls[0].id);
  });
});

describe('tools', () => {
  it('a tool without parameters takes none', () => {
    expect(build({ tools: [{ name: 'now', strict: true }] }).body.tools).toEqual([
      {
        type: 'function',
        function: { name: 'now', parameters: { type: 'object', properties: {} }, strict: true },
      },
    ]);
  });

  it('an empty list of tools is none', () => {
    expect(Object.keys(build({ tools: [] }).body)).toEqual(['model', 'messages']);
  });

  it.each([
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'any'],
    [{ name: 'weather' }, { type: 'function', function: { name: 'weather' } }],
  ] as const)('tool choice %o', (toolChoice, expected) => {
    const { body } = build({ tools: [weatherTool], toolChoice }, { requiredToolChoice: 'any' });
    expect(body.tool_choice).toEqual(expected);
  });
});

describe('think', () => {
  it.each([
    ['reasoning_effort', false, { reasoning_effort: 'none' }],
    ['reasoning_effort', true, { reasoning_effort: 'medium' }],
    ['reasoning_effort', 'high', { reasoning_effort: 'high' }],
    ['openrouter-reasoning', false, { reasoning: { enabled: false } }],
    ['openrouter-reasoning', true, { reasoning: { enabled: true } }],
    ['openrouter-reasoning', 'low', { reasoning: { effort: 'low' } }],
    ['thinking-object', false, { thinking: { type: 'disabled' } }],
    ['thinking-object', true, { thinking: { type: 'enabled' } }],
    ['thinking-object', 'low', { thinking: { type: 'enabled', effort: 'low' } }],
  ] as const)('%s: %s', (reasoningRequest, think, expected) => {
    expect(build({ think }, { reasoningRequest }).body).toMatchObject(expected);
  });
});

it('providerOptions go last: the slice of the plugin, then that of the instance, and no other', () => {
  const providerOptions = {
    p: { temperature: 0.9, provider: { sort: 'price' } },
    'openai-compat': { temperature: 0.7, user: 'u' },
    other: { x: 1 },
  };
  expect(build({ temperature: 0.1, providerOptions }).body).toEqual({
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    temperature: 0.9,
    provider: { sort: 'price' },
    user: 'u',
  });
});

it("Mistral's seed has a name of its own, and usage need not be asked for", () => {
  const quirks: Quirks = { ...plainQuirks, seedField: 'random_seed', includeUsage: false };
  const { body } = toWireRequest({ ...request, seed: 7 }, { provider: 'p', quirks, delivery: 'stream' });
  expect(body).toEqual({ ...request, stream: true, random_seed: 7 });
});
