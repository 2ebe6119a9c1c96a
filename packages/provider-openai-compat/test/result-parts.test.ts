import type { ChatRequest, ContentPart, Message } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { plainQuirks, type Quirks } from '../src/quirks.js';
import { toWireRequest } from '../src/wire-request.js';
import { request } from './support/wire.js';

const build = (messages: readonly Message[], quirks: Partial<Quirks> = {}, more: Partial<ChatRequest> = {}) =>
  toWireRequest(
    { ...request, ...more, messages },
    { provider: 'p', quirks: { ...plainQuirks, ...quirks }, delivery: 'whole' },
  );

const url = 'https://example.com/a.png';
const image: ContentPart = { type: 'image', url };
const wireImage = { type: 'image_url', image_url: { url } };
const pointer = 'Its images and files are in the next message of the user.';

const result = (id: string, ...content: ContentPart[]): Message => ({
  role: 'tool',
  toolCallId: id,
  content,
});

describe("images and files of a tool's result", () => {
  it('go behind the last result of the turn, and the result says so', () => {
    const { body, warnings } = build([
      result('call_1', { type: 'text', text: 'A photo' }, image),
      result('call_2', image),
      result('call_3', { type: 'text', text: 'Nothing' }),
      { role: 'assistant', content: 'I see' },
    ]);
    expect(body.messages).toEqual([
      { role: 'tool', tool_call_id: 'call_1', content: `A photo\n${pointer}` },
      { role: 'tool', tool_call_id: 'call_2', content: pointer },
      { role: 'tool', tool_call_id: 'call_3', content: 'Nothing' },
      { role: 'user', content: [wireImage, wireImage] },
      { role: 'assistant', content: 'I see' },
    ]);
    expect(warnings).toMatchObject([
      { code: 'parameter-changed', parameter: 'messages', message: expect.stringContaining('messages[0]') },
      { code: 'parameter-changed', parameter: 'messages', message: expect.stringContaining('messages[1]') },
    ]);
  });

  it('stand at the end where nothing follows, also for a strict request', () => {
    expect(build([result('call_1', image)], {}, { strict: true }).body.messages).toEqual([
      { role: 'tool', tool_call_id: 'call_1', content: pointer },
      { role: 'user', content: [wireImage] },
    ]);
  });

  it.each([
    ['text', 'What is it?', [{ type: 'text', text: 'What is it?' }]],
    ['parts', [image, { type: 'text', text: 'And it?' }], [wireImage, { type: 'text', text: 'And it?' }]],
  ] as const)(
    "go before the user's own %s where such a message follows: some templates refuse two in a row",
    (_, content, parts) => {
      expect(build([result('call_1', image), { role: 'user', content }]).body.messages).toEqual([
        { role: 'tool', tool_call_id: 'call_1', content: pointer },
        { role: 'user', content: [wireImage, ...parts] },
      ]);
    },
  );

  it('are refused where the server takes none', () => {
    const text: ContentPart = { type: 'text', text: 'A photo' };
    expect(() => build([result('call_1', text, image)], { images: false })).toThrow(
      expect.objectContaining({ code: 'unsupported', path: 'messages[0].content[1]' }) as Error,
    );
  });
});
