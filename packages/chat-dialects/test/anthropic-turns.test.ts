import type { Message } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { parse } from './support/anthropic-client.js';

const messagesOf = (...messages: readonly object[]): readonly Message[] =>
  parse({ messages }).request.messages;
const user = (...content: readonly object[]): readonly Message[] => messagesOf({ role: 'user', content });
const assistant = (...content: readonly object[]) => messagesOf({ role: 'assistant', content })[0];
const text = (value: string) => ({ type: 'text', text: value });

describe('results of tools', () => {
  const result = (fields: object) => ({ type: 'tool_result', tool_use_id: 'c', ...fields });
  const contentOf = (fields: object) => user(result(fields))[0]?.content;

  it('are one message each, before whatever else the turn says', () => {
    expect(
      user(
        text('first'),
        { type: 'tool_result', tool_use_id: 'a', content: '1' },
        { type: 'tool_result', tool_use_id: 'b', content: [text('2')] },
        text('then'),
      ),
    ).toEqual([
      { role: 'tool', toolCallId: 'a', content: '1' },
      { role: 'tool', toolCallId: 'b', content: [text('2')] },
      { role: 'user', content: [text('first'), text('then')] },
    ]);
  });

  it('leave no empty message of the user behind', () => {
    expect(user(result({ content: 'x' }))).toEqual([{ role: 'tool', toolCallId: 'c', content: 'x' }]);
  });

  it('may hold images, documents and the names of tools', () => {
    expect(
      contentOf({
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
          { type: 'document', source: { type: 'text', data: 'd' } },
          { type: 'tool_reference', tool_name: 'Grep' },
        ],
      }),
    ).toEqual([
      { type: 'image', data: 'aGk=', mediaType: 'image/png' },
      text('d'),
      text('The tool Grep is available.'),
    ]);
  });

  it.each([[{}], [{ content: null }], [{ content: '' }]])('may be empty: %j', (fields) => {
    expect(contentOf(fields)).toBe('');
  });

  it('say in words that the call failed', () => {
    expect(contentOf({ content: 'no file', is_error: true })).toBe('The tool call failed.\nno file');
    expect(contentOf({ is_error: true })).toBe('The tool call failed.');
    expect(contentOf({ content: [text('x')], is_error: true })).toEqual([
      text('The tool call failed.'),
      text('x'),
    ]);
    expect(contentOf({ content: 'fine', is_error: false })).toBe('fine');
  });
});

describe('an assistant message', () => {
  it('has text, calls and reasoning in their places', () => {
    expect(
      assistant(
        { type: 'thinking', thinking: 'hm', signature: 's' },
        text('a'),
        { type: 'tool_use', id: 'c', name: 'f', input: { x: 1 }, caller: { type: 'direct' } },
        text('b'),
        { type: 'tool_use', id: 'd', name: 'g' },
      ),
    ).toEqual({
      role: 'assistant',
      content: 'ab',
      reasoning: 'hm',
      reasoningSegments: [{ text: 'hm', signature: 's' }],
      toolCalls: [
        { id: 'c', name: 'f', arguments: { x: 1 } },
        { id: 'd', name: 'g', arguments: {} },
      ],
    });
  });

  it('may be a string, and may be empty', () => {
    expect(messagesOf({ role: 'assistant', content: 'a' })).toEqual([{ role: 'assistant', content: 'a' }]);
    expect(assistant()).toEqual({ role: 'assistant', content: '' });
  });

  it.each([undefined, null, '', 'unsigned'])('has no segments where the signature is %j', (signature) => {
    expect(assistant({ type: 'thinking', thinking: 'hm', signature })).toEqual({
      role: 'assistant',
      content: '',
      reasoning: 'hm',
    });
  });

  it('gives reasoning that a text interrupted to the signature after it', () => {
    const segments = assistant(
      { type: 'thinking', thinking: 'a', signature: 'unsigned' },
      text('x'),
      { type: 'thinking', thinking: 'b', signature: 's' },
      { type: 'thinking', thinking: 'c', signature: 'unsigned' },
    );
    expect(segments).toMatchObject({
      reasoning: 'abc',
      reasoningSegments: [{ text: 'ab', signature: 's' }, { text: 'c' }],
    });
  });

  it('keeps redacted thinking of another origin as metadata', () => {
    expect(assistant({ type: 'redacted_thinking', data: 'EqQB' })).toEqual({
      role: 'assistant',
      content: '',
      providerMetadata: { anthropic: { redacted_thinking: ['EqQB'] } },
    });
  });

  it('is refused where data that this front wrote was altered', () => {
    for (const data of ['provider-metadata:', 'provider-metadata:e30=']) {
      expect(() => assistant(text('a'), { type: 'redacted_thinking', data })).toThrow(
        expect.objectContaining({ code: 'invalid-request', path: 'messages[0].content[1].data' }),
      );
    }
  });

  it('loses what servers of Anthropic did in it, and says so', () => {
    const content = [{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }, text('found')];
    const { request, warnings } = parse({ messages: [{ role: 'assistant', content }] });
    expect(request.messages).toEqual([{ role: 'assistant', content: 'found' }]);
    expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'messages[0].content[0]' }]);
  });
});
