import { describe, expect, it } from 'vitest';
import { encodeCarrier } from '../src/openai-responses/carrier.js';
import { messagesOf, problemOf, warningsOf } from './support/openai-responses.js';

const user = { role: 'user', content: 'Hi' };
const said = (text: string, more: object = {}) => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
  ...more,
});
const call = (id: string, more: object = {}) => ({
  type: 'function_call',
  call_id: id,
  name: 'f',
  arguments: '{"a":1}',
  ...more,
});
const output = (id: string, value: unknown = 'ok') => ({
  type: 'function_call_output',
  call_id: id,
  output: value,
});
const thought = (text: string, more: object = {}) => ({
  type: 'reasoning',
  id: 'rs_1',
  summary: [{ type: 'summary_text', text }],
  ...more,
});
const toolCall = (id: string) => ({ id, name: 'f', arguments: { a: 1 } });

describe('a message', () => {
  it('may leave its type out, and be a developer', () => {
    expect(messagesOf(user, { role: 'developer', content: 'x' }, { role: 'system', content: 'y' })).toEqual([
      user,
      { role: 'system', content: 'x' },
      { role: 'system', content: 'y' },
    ]);
  });

  it('of a user holds text, images and files', () => {
    const content = [
      { type: 'input_text', text: 'look' },
      { type: 'input_image', image_url: 'data:image/png;base64,QUJD', detail: 'auto' },
      { type: 'input_image', image_url: 'https://example.com/a.png' },
      { type: 'input_file', file_data: 'data:application/pdf;base64,QUJD', filename: 'a.pdf' },
    ];
    expect(messagesOf({ role: 'user', content })).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'look' },
          { type: 'image', data: 'QUJD', mediaType: 'image/png' },
          { type: 'image', url: 'https://example.com/a.png' },
          { type: 'file', data: 'QUJD', mediaType: 'application/pdf', filename: 'a.pdf' },
        ],
      },
    ]);
  });

  it('of the model is its text, refusals included', () => {
    const content = [
      { type: 'output_text', text: 'No. ' },
      { type: 'refusal', refusal: 'I will not.' },
    ];
    expect(messagesOf(user, { role: 'assistant', content })[1]).toEqual({
      role: 'assistant',
      content: 'No. I will not.',
    });
  });

  it.each([
    [
      { type: 'input_image', file_id: 'file_1' },
      /^unsupported input\[0\]\.content\[0\]\.file_id \| .*send image_url/,
    ],
    [
      { type: 'input_file', file_url: 'https://x/y' },
      /^unsupported input\[0\]\.content\[0\]\.file_url \| .*file_data/,
    ],
    [
      { type: 'input_audio', input_audio: {} },
      /^unsupported input\[0\]\.content\[0\]\.type \| .*"input_audio"/,
    ],
    [{ type: 'input_image', image_url: 'ftp://x' }, /^invalid-request input\[0\]\.content\[0\]\.image_url/],
  ])('with what cannot be had is refused: %j', (part, problem) => {
    expect(problemOf({ input: [{ role: 'user', content: [part] }] })).toMatch(problem);
  });

  it('of anybody but the user holds no images', () => {
    const content = [{ type: 'input_image', image_url: 'https://example.com/a.png' }];
    expect(problemOf({ input: [{ role: 'system', content }] })).toMatch(
      /^unsupported input\[0\]\.content\[0\]\.type/,
    );
  });

  it('warns of the detail of an image', () => {
    const content = [{ type: 'input_image', image_url: 'https://example.com/a.png', detail: 'high' }];
    expect(warningsOf({ input: [{ role: 'user', content }] })).toEqual([
      'input[0].content[0].detail | parameter-dropped',
    ]);
  });
});

describe('the items of one answer become one message', () => {
  it('with reasoning, text and several calls, and their results follow it', () => {
    expect(
      messagesOf(user, thought('hm'), said('ok'), call('a'), call('b'), output('a'), output('b')),
    ).toEqual([
      user,
      { role: 'assistant', content: 'ok', reasoning: 'hm', toolCalls: [toolCall('a'), toolCall('b')] },
      { role: 'tool', toolCallId: 'a', content: 'ok' },
      { role: 'tool', toolCallId: 'b', content: 'ok' },
    ]);
  });

  it('even when text comes after a call, because the result has to follow the call', () => {
    expect(messagesOf(user, said('one '), call('a'), said('two'), output('a'))).toMatchObject([
      user,
      { content: 'one two', toolCalls: [toolCall('a')] },
      { role: 'tool' },
    ]);
  });

  it('but two messages of the model stay two', () => {
    expect(messagesOf(user, said('one'), said('two'))).toEqual([
      user,
      { role: 'assistant', content: 'one' },
      { role: 'assistant', content: 'two' },
    ]);
    expect(messagesOf(user, said('one'), thought('hm'), said('two'))).toEqual([
      user,
      { role: 'assistant', content: 'one' },
      { role: 'assistant', content: 'two', reasoning: 'hm' },
    ]);
  });

  it('unless their ids say that they come from one answer', () => {
    const [one, two] = [said('one ', { id: 'msg_r-1_0' }), said('two', { id: 'msg_r-1_2' })];
    expect(messagesOf(user, one, two)).toEqual([user, { role: 'assistant', content: 'one two' }]);
    expect(messagesOf(user, one, said('x', { id: 'msg_r-2_0' }))).toHaveLength(3);
  });

  it('and calls after results are another', () => {
    expect(messagesOf(user, call('a'), output('a'), call('b'), output('b')).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'tool',
    ]);
  });
});

describe('the result of a call', () => {
  it('may hold parts, with images', () => {
    const parts = [
      { type: 'input_text', text: 'a' },
      { type: 'input_image', image_url: 'data:image/png;base64,QUJD' },
    ];
    expect(messagesOf(user, call('a'), output('a', parts))[2]).toEqual({
      role: 'tool',
      toolCallId: 'a',
      content: [
        { type: 'text', text: 'a' },
        { type: 'image', data: 'QUJD', mediaType: 'image/png' },
      ],
    });
  });
});

describe('the arguments of a call', () => {
  it.each([
    ['', {}],
    ['{"a":1}', { a: 1 }],
    ['not json', 'not json'],
  ])('%j', (text, expected) => {
    expect(messagesOf(user, call('a', { arguments: text }))[1]).toMatchObject({
      toolCalls: [{ arguments: expected }],
    });
  });
});

describe('reasoning', () => {
  const carrier = encodeCarrier({
    answer: 'r-1',
    reasoning: [{ text: 'signed', signature: 's' }, { text: 'open' }],
    metadata: { lab: { a: 1 } },
    calls: [{ id: 'c', metadata: { lab: { b: 2 } } }],
  });

  it('of this front comes back as it was, whatever became of its summary', () => {
    expect(messagesOf(user, thought('shortened', { encrypted_content: carrier }), call('c'))[1]).toEqual({
      role: 'assistant',
      content: '',
      reasoning: 'signedopen',
      reasoningSegments: [{ text: 'signed', signature: 's' }, { text: 'open' }],
      toolCalls: [{ ...toolCall('c'), providerMetadata: { lab: { b: 2 } } }],
      providerMetadata: { lab: { a: 1 } },
    });
  });

  it.each([
    ['another service', 'gAAAAABo'],
    ['this front, but cut', carrier.slice(0, -20)],
    ['this front, but wrong', encodeCarrier({ answer: 7 } as never)],
  ])('of %s keeps its summary, and a warning says what was dropped', (_, encrypted) => {
    const item = thought('hm', { encrypted_content: encrypted });
    expect(messagesOf(user, item, said('x'))[1]).toEqual({
      role: 'assistant',
      content: 'x',
      reasoning: 'hm',
    });
    expect(warningsOf({ input: [user, item, said('x')] })).toEqual([
      'input[1].encrypted_content | parameter-dropped',
    ]);
  });

  it('without a text is no message', () => {
    expect(
      messagesOf(user, { type: 'reasoning', summary: [], encrypted_content: 'gAAAA' }, user),
    ).toHaveLength(2);
  });

  it('is its content rather than its summary, where it has both', () => {
    const content = [{ type: 'reasoning_text', text: 'all of it' }];
    expect(messagesOf(user, thought('hm', { content }), said('x'))[1]).toMatchObject({
      reasoning: 'all of it',
    });
  });

  it('that only carries metadata belongs to the items before it, even where they have no ids', () => {
    const last = encodeCarrier({ answer: 'r-1', metadata: { lab: { a: 1 } } });
    expect(messagesOf(user, said('x'), { type: 'reasoning', summary: [], encrypted_content: last })).toEqual([
      user,
      { role: 'assistant', content: 'x', providerMetadata: { lab: { a: 1 } } },
    ]);
  });
});

it('items of tools that OpenAI runs, and of next month, are dropped with a warning', () => {
  const input = [user, call('a'), { type: 'web_search_call', id: 'ws_1', status: 'completed' }, output('a')];
  expect(messagesOf(...input)).toHaveLength(3);
  expect(warningsOf({ input })).toEqual(['input[2] | parameter-dropped']);
});

it('a body of many odd items is answered with few warnings', () => {
  const input = [user, ...Array.from({ length: 1000 }, () => ({ type: 'x' }))];
  expect(warningsOf({ input })).toHaveLength(17);
});
