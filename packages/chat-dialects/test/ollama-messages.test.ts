import type { Message } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { problemOf, requestOf } from './support/ollama.js';

const messagesOf = (...messages: unknown[]): readonly Message[] => requestOf({ messages }).messages;
const base64 = (bytes: readonly number[] | string): string => Buffer.from(bytes as string).toString('base64');

const png = base64([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const jpeg = base64([0xff, 0xd8, 0xff, 0xe0, 1]);
const gif = base64('GIF89a...');
const webp = base64('RIFF\x01\x02\x03\x04WEBPVP8 ');

describe('messages', () => {
  it('keep role and content; roles may be written in capitals, and a developer is a system', () => {
    expect(
      messagesOf(
        { role: 'System', content: 's' },
        { role: 'developer', content: 'd' },
        { role: 'USER', content: 'u' },
        { role: 'assistant', content: 'a' },
      ),
    ).toEqual([
      { role: 'system', content: 's' },
      { role: 'system', content: 'd' },
      { role: 'user', content: 'u' },
      { role: 'assistant', content: 'a' },
    ]);
  });

  it('without content have an empty one', () => {
    expect(messagesOf({ role: 'user' }, { role: 'assistant', content: null })).toEqual([
      { role: 'user', content: '' },
      { role: 'assistant', content: '' },
    ]);
  });

  it('bring earlier reasoning back, with what a provider signed', () => {
    const carried = {
      reasoning_segments: [{ text: 'hm', signature: 's' }, { text: 'so' }],
      provider_metadata: { lab: { state: 'x' } },
    };
    expect(messagesOf({ role: 'assistant', content: 'a', thinking: 'hmso', ...carried })).toEqual([
      {
        role: 'assistant',
        content: 'a',
        reasoning: 'hmso',
        reasoningSegments: carried.reasoning_segments,
        providerMetadata: carried.provider_metadata,
      },
    ]);
    expect(messagesOf({ role: 'assistant', content: 'a', thinking: '' })).toEqual([
      { role: 'assistant', content: 'a' },
    ]);
  });
});

describe('images', () => {
  it.each([
    ['image/png', png],
    ['image/jpeg', jpeg],
    ['image/gif', gif],
    ['image/webp', webp],
  ])('are %s by their bytes, and stand before the text', (mediaType, data) => {
    expect(messagesOf({ role: 'user', content: 'what?', images: [data] })).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', data, mediaType },
          { type: 'text', text: 'what?' },
        ],
      },
    ]);
  });

  it('may come without a text, broken into lines, and from a tool', () => {
    const data = `${png.slice(0, 5)}\r\n${png.slice(5)}\n`;
    const content = [{ type: 'image', data: png, mediaType: 'image/png' }];
    expect(messagesOf({ role: 'user', content: '', images: [data] })).toEqual([{ role: 'user', content }]);
    const result = { role: 'tool', tool_call_id: 'c', content: '', images: [png] };
    expect(messagesOf(result)).toEqual([{ role: 'tool', toolCallId: 'c', content }]);
  });

  it('of no known kind are refused by their place', () => {
    const images = [png, base64('BM......')];
    expect(problemOf(() => messagesOf({ role: 'user', content: '', images }))).toBe(
      'unsupported messages[0].images[1] | messages[0].images[1]: expected a PNG, JPEG, GIF or WebP image',
    );
  });
});

describe('a wrong message names its field', () => {
  const assistantOnly = 'only a message of role "assistant" has it';
  it.each<[object, string]>([
    [
      { role: 'bot', content: '' },
      'invalid-request messages[0].role | messages[0].role: expected "system", "developer", "user", "assistant" or "tool"',
    ],
    [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      'invalid-request messages[0].content | messages[0].content: expected string, received array',
    ],
    [
      { role: 'user', content: '', images: [`data:image/png;base64,${png}`] },
      'invalid-request messages[0].images[0] | messages[0].images[0]: expected base64 without a "data:" prefix',
    ],
    [
      { role: 'assistant', content: '', tool_calls: [{ function: { name: 'f', arguments: '{}' } }] },
      'invalid-request messages[0].tool_calls[0].function.arguments | messages[0].tool_calls[0].function.arguments: expected a JSON object of at most 64 levels',
    ],
    [
      { role: 'user', content: '', tool_calls: [{ function: { name: 'f' } }] },
      `invalid-request messages[0].tool_calls | messages[0].tool_calls: ${assistantOnly}`,
    ],
    [
      { role: 'system', content: '', thinking: 'hm' },
      `invalid-request messages[0].thinking | messages[0].thinking: ${assistantOnly}`,
    ],
    [
      { role: 'assistant', content: '', images: [png] },
      'unsupported messages[0].images | messages[0].images: only messages of role "user" and "tool" hold images',
    ],
  ])('%#', (message, problem) => {
    expect(problemOf(() => messagesOf(message))).toBe(problem);
  });

  it('but empty values in the wrong place mean nothing', () => {
    const message = { role: 'user', content: 'Hi', tool_calls: [], images: [], thinking: '' };
    expect(messagesOf(message)).toEqual([{ role: 'user', content: 'Hi' }]);
  });
});
