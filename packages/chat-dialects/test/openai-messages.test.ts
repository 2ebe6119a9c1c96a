import { describe, expect, it } from 'vitest';
import { parseOpenaiRequest } from '../src/openai/request.js';

const user = { role: 'user', content: 'Hi' };
const parse = (fields: object = {}) => parseOpenaiRequest({ model: 'm', messages: [user], ...fields });
const messageOf = (message: object) => parse({ messages: [message] }).request.messages[0];

describe('messages', () => {
  it('developer is another word for system', () => {
    const expected = { role: 'system', content: 'Be brief' };
    expect(messageOf({ role: 'developer', content: 'Be brief' })).toEqual(expected);
    expect(messageOf({ role: 'system', content: 'Be brief' })).toEqual(expected);
  });

  it('images are inline or addresses, and the address may stand alone', () => {
    const content = ['data:image/png;base64,AAAA', 'https://example.com/a.png'].flatMap((url) => [
      { type: 'image_url', image_url: { url, detail: 'auto' } },
      { type: 'image_url', image_url: url },
    ]);
    const inline = { type: 'image', data: 'AAAA', mediaType: 'image/png' };
    const address = { type: 'image', url: 'https://example.com/a.png' };
    const { request, warnings } = parse({ messages: [{ role: 'user', content }] });
    expect(request.messages[0]?.content).toEqual([inline, inline, address, address]);
    expect(warnings).toEqual([]);
  });

  it('warns of the detail of an image, and counts what is too much to list', () => {
    const part = { type: 'image_url', image_url: { url: 'https://example.com', detail: 'high' } };
    const { warnings } = parse({ messages: [{ role: 'user', content: Array(20).fill(part) }] });
    expect(warnings[0]).toMatchObject({ parameter: 'messages[0].content[0].image_url.detail' });
    expect(warnings).toHaveLength(17);
    expect(warnings[16]?.message).toBe('4 more fields were left out');
  });

  it('files come as data with their name', () => {
    const file = { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' };
    expect(messageOf({ role: 'user', content: [{ type: 'file', file }] })?.content).toEqual([
      { type: 'file', data: 'AAAA', mediaType: 'application/pdf', filename: 'a.pdf' },
    ]);
  });

  it.each(['', null, undefined])('content %j beside tool calls is an empty text', (content) => {
    const calls = [
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
      { id: 'b', type: 'function', function: { name: 'f', arguments: '' } },
      { id: 'c', function: { name: 'f', arguments: 'not JSON' } },
    ];
    expect(messageOf({ role: 'assistant', content, tool_calls: calls })).toEqual({
      role: 'assistant',
      content: '',
      toolCalls: [
        { id: 'a', name: 'f', arguments: { x: 1 } },
        { id: 'b', name: 'f', arguments: {} },
        { id: 'c', name: 'f', arguments: 'not JSON' },
      ],
    });
  });

  it('takes back the nulls of an answer', () => {
    const nulls = { refusal: null, audio: null, function_call: null, tool_calls: null, annotations: [] };
    expect(messageOf({ role: 'assistant', content: 'x', ...nulls })).toEqual({
      role: 'assistant',
      content: 'x',
    });
    expect(messageOf({ role: 'assistant', content: 'x', tool_calls: [] })).not.toHaveProperty('toolCalls');
  });

  it('a refusal is what the model said', () => {
    expect(messageOf({ role: 'assistant', content: null, refusal: 'No.' })?.content).toBe('No.');
    expect(messageOf({ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] })?.content).toEqual(
      [{ type: 'text', text: 'No.' }],
    );
  });

  it('tool results keep their id, and may hold parts', () => {
    const content = [{ type: 'text', text: 'sunny' }];
    expect(messageOf({ role: 'tool', tool_call_id: 'a', content })).toEqual({
      role: 'tool',
      toolCallId: 'a',
      content,
    });
  });
});

describe('reasoning that comes back', () => {
  const reasoningOf = (fields: object) => messageOf({ role: 'assistant', content: 'x', ...fields });

  it.each([
    { reasoning_content: 'hm' },
    { reasoning: 'hm' },
    { reasoning_content: 'hm', reasoning: 'hm' },
    { reasoning_content: '', reasoning: 'hm' },
    {
      reasoning_details: [
        { type: 'reasoning.text', text: 'h' },
        { type: 'reasoning.summary', summary: 'm' },
      ],
    },
  ])('%j', (fields) => {
    expect(reasoningOf(fields)).toEqual({ role: 'assistant', content: 'x', reasoning: 'hm' });
  });

  it('is whole even where a helper kept only the last piece of its text', () => {
    const details = [{ type: 'reasoning.text', text: 'hm' }];
    expect(reasoningOf({ reasoning_content: 'm', reasoning_details: details })).toMatchObject({
      reasoning: 'hm',
    });
    expect(reasoningOf({ reasoning_content: 'all', reasoning_details: details })).toMatchObject({
      reasoning: 'all',
    });
  });

  it('may be all that a turn says', () => {
    expect(messageOf({ role: 'assistant', content: null, reasoning_content: 'hm' })).toMatchObject({
      content: '',
      reasoning: 'hm',
    });
  });

  it('joins streamed pieces up to their signature', () => {
    const pieces = [
      { text: 'a' },
      { text: 'b' },
      { signature: 's' },
      { text: 'c', signature: 't' },
      { text: 'd' },
    ];
    const details = pieces.map((piece) => ({ type: 'reasoning.text', index: 0, format: null, ...piece }));
    expect(reasoningOf({ reasoning_content: 'd', reasoning_details: details })).toMatchObject({
      reasoning: 'abcd',
      reasoningSegments: [{ text: 'ab', signature: 's' }, { text: 'c', signature: 't' }, { text: 'd' }],
    });
  });

  it('warns of what another server encrypted', () => {
    const details = [{ type: 'reasoning.encrypted', data: 'xyz', format: 'other-v1' }];
    const messages = [user, { role: 'assistant', content: 'x', reasoning_details: details }];
    expect(parse({ messages }).warnings).toMatchObject([
      { code: 'parameter-dropped', parameter: 'messages[1].reasoning_details[0]' },
    ]);
  });
});
