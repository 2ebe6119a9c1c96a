import type { ChatEvent } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { body, call, encode, end, meta, parse, reasoning, start, text } from './support/openai-responses.js';
import { handBack, readEvents, readItems, readStream } from './support/openai-responses-client.js';

const typesOf = (events: readonly ChatEvent[], fields: object = {}): readonly string[] =>
  readEvents(encode(events, fields)).map(({ type }) => type.replace(/^response\./, ''));
const itemsOf = (events: readonly ChatEvent[], fields: object = {}) =>
  readStream(encode(events, fields)).items;
const begin = (index: number, argumentsDelta = '', name = 'f') =>
  call(index, argumentsDelta, { id: `c${index}`, name });

const around = (...inner: readonly string[]) => ['created', 'in_progress', ...inner, 'completed'];
const message = (...deltas: readonly string[]) => [
  'output_item.added',
  'content_part.added',
  ...deltas.map(() => 'output_text.delta'),
  'output_text.done',
  'content_part.done',
  'output_item.done',
];

describe('the sequence of events', () => {
  it('of a text', () => {
    expect(typesOf([start, text('Hel'), text(''), text('lo'), end])).toEqual(around(...message('Hel', 'lo')));
  });

  it('of a call', () => {
    expect(typesOf([start, begin(0), call(0, '{"a"'), call(0, ':1}'), end])).toEqual(
      around(
        'output_item.added',
        'function_call_arguments.delta',
        'function_call_arguments.delta',
        'function_call_arguments.done',
        'output_item.done',
      ),
    );
  });

  it('of reasoning, which is closed before the text begins', () => {
    expect(typesOf([start, reasoning('h'), reasoning('m'), text('ok'), end])).toEqual(
      around(
        'output_item.added',
        'reasoning_summary_part.added',
        'reasoning_summary_text.delta',
        'reasoning_summary_text.delta',
        'reasoning_summary_text.done',
        'reasoning_summary_part.done',
        'output_item.done',
        ...message('ok'),
      ),
    );
  });

  it('of a custom tool, whose text comes at once because it stands inside of JSON', () => {
    const tools = [{ type: 'custom', name: 'patch' }];
    const events = [start, begin(0, '{"input":"a\\n', 'patch'), call(0, 'b"}'), end];
    expect(typesOf(events, { tools })).toEqual(
      around(
        'output_item.added',
        'custom_tool_call_input.delta',
        'custom_tool_call_input.done',
        'output_item.done',
      ),
    );
    expect(itemsOf(events, { tools })).toMatchObject([
      { type: 'custom_tool_call', name: 'patch', input: 'a\nb' },
    ]);
  });

  it('of an answer without any content', () => {
    expect(typesOf([start, end])).toEqual(around());
  });
});

describe('a stream', () => {
  it('numbers its events, and names each twice', () => {
    const [created, , added, part, delta] = readEvents(encode([start, text('Hi'), end]));
    expect(created).toMatchObject({
      type: 'response.created',
      sequence_number: 0,
      response: { id: 'resp_r-1', status: 'in_progress', model: 'lab-m', output: [], usage: null },
    });
    expect(added).toEqual({
      type: 'response.output_item.added',
      sequence_number: 2,
      output_index: 0,
      item: { type: 'message', id: 'msg_r-1_0', status: 'in_progress', role: 'assistant', content: [] },
    });
    expect(part).toMatchObject({
      item_id: 'msg_r-1_0',
      output_index: 0,
      content_index: 0,
      part: { text: '' },
    });
    expect(delta).toEqual({
      type: 'response.output_text.delta',
      sequence_number: 4,
      item_id: 'msg_r-1_0',
      output_index: 0,
      content_index: 0,
      delta: 'Hi',
      logprobs: [],
    });
  });

  it('says the name again when arguments are done', () => {
    const done = readEvents(encode([start, begin(0, '{}'), end])).find(({ type }) =>
      type.endsWith('arguments.done'),
    );
    expect(done).toMatchObject({ item_id: 'fc_r-1_0', arguments: '{}', name: 'f' });
  });

  it('has the whole answer in its last event', () => {
    const usage = { input: 3, output: 4 };
    const events = [start, reasoning('hm'), text('ok'), begin(0, '{"a":1}'), { ...end, usage } as ChatEvent];
    const { items, last } = readStream(encode(events));
    expect(last).toMatchObject({
      type: 'response.completed',
      response: { status: 'completed', usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } },
    });
    expect(last.response?.output).toEqual(items);
    const whole = parse(body).formatResponse(
      {
        model: 'lab-m',
        content: 'ok',
        reasoning: 'hm',
        toolCalls: [{ id: 'c0', name: 'f', arguments: { a: 1 } }],
        finishReason: 'stop',
        usage,
      },
      meta,
    );
    expect(last.response).toEqual(whole);
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ] as const)('that ends with %s is incomplete', (finishReason, reason) => {
    const events: ChatEvent[] = [start, text('half'), { type: 'response-end', finishReason }];
    expect(readStream(encode(events)).last).toMatchObject({
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason }, output: [{ status: 'incomplete' }] },
    });
  });

  it('leaves out raw chunks and event types of a later version', () => {
    const later = { type: 'citation-delta' } as unknown as ChatEvent;
    expect(typesOf([start, { type: 'raw-chunk', chunk: {} }, later, end])).toEqual(around());
  });

  it('survives line ends of every kind in its texts', () => {
    const odd = 'a\nb\r\nc\rd\u2028e\u2029f\u0000\n\ndata: x\n\n';
    expect(readItems(itemsOf([start, text(odd), end])).content).toBe(odd);
  });

  it('has warnings of request and provider in its last event', () => {
    const warning = { code: 'parameter-dropped', parameter: 'topK', message: 'topK was dropped' } as const;
    const { last } = readStream(encode([{ ...start, warnings: [warning] } as ChatEvent, end]));
    expect(last.response?.warnings).toEqual([
      { code: 'parameter-dropped', parameter: 'top_k', message: 'top_k was dropped' },
    ]);
  });
});

describe('only one item is open, because several clients know only one', () => {
  it('so that pieces of a second call wait until the first is complete', () => {
    const encoder = parse(body).createEncoder(() => meta);
    encoder.push(start);
    encoder.push(begin(0, '{"a":'));
    expect(encoder.push(begin(1, '{"b":'))).toBe('');
    expect(encoder.push(call(1, '2}'))).toBe('');
    const both = readEvents(encoder.push(call(0, '1}'))).map(({ type, delta }) => delta ?? type);
    expect(both).toEqual([
      '1}',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.output_item.added',
      '{"b":2}',
    ]);
  });

  it('but a call goes out as it comes when the one before is complete', () => {
    const encoder = parse(body).createEncoder(() => meta);
    encoder.push(start);
    encoder.push(begin(0, '{}'));
    const types = readEvents(encoder.push(begin(1, '{"b"'))).map(({ type }) =>
      type.replace(/^response\./, ''),
    );
    expect(types).toEqual([
      'function_call_arguments.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
    ]);
  });

  it('so that text that comes amid a call waits for its end', () => {
    const items = itemsOf([start, begin(0, '{'), text('x'), call(0, '}'), text('y'), end]);
    expect(items).toMatchObject([{ type: 'function_call', arguments: '{}' }, { content: [{ text: 'xy' }] }]);
  });

  it('so that arguments cannot go on after the next item began', () => {
    const encoder = parse(body).createEncoder(() => meta);
    for (const event of [start, begin(0, '{}'), text('x')]) encoder.push(event);
    expect(encoder.push(call(0, ' \n'))).toBe('');
    expect(() => encoder.push(call(0, '{'))).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  it.each(['', ' ', 'null'])('arguments of nothing are an object: %j', (nothing) => {
    expect(
      itemsOf([start, begin(0), ...nothing.split('').map((letter) => call(0, letter)), end]),
    ).toMatchObject([{ arguments: '{}' }]);
  });
});

describe('what has to come back', () => {
  const metadata = { lab: { a: 1 } };

  it('comes back with the items, signatures and metadata included', () => {
    const events: ChatEvent[] = [
      start,
      reasoning('one', 's1'),
      reasoning('two'),
      text('ok'),
      begin(0, '{}'),
      call(0, '', { providerMetadata: metadata }),
      { ...end, providerMetadata: { lab: { b: 2 } } } as ChatEvent,
    ];
    expect(handBack(itemsOf(events))[1]).toEqual({
      role: 'assistant',
      content: 'ok',
      reasoning: 'onetwo',
      reasoningSegments: [{ text: 'one', signature: 's1' }, { text: 'two' }],
      toolCalls: [{ id: 'c0', name: 'f', arguments: {}, providerMetadata: metadata }],
      providerMetadata: { lab: { b: 2 } },
    });
  });

  it('comes back also from clients that send no ids', () => {
    const events = [start, text('ok'), { ...end, providerMetadata: metadata } as ChatEvent];
    const items = itemsOf(events).map((item) => ({ ...item, id: undefined }));
    expect(handBack(items)[1]).toEqual({ role: 'assistant', content: 'ok', providerMetadata: metadata });
  });

  it('is joined again where text came amid the reasoning', () => {
    const events = [start, reasoning('one '), text('a'), reasoning('two', 's'), text('b'), end];
    expect(handBack(itemsOf(events))[1]).toEqual({
      role: 'assistant',
      content: 'ab',
      reasoning: 'one two',
      reasoningSegments: [{ text: 'one two', signature: 's' }],
    });
  });
});
