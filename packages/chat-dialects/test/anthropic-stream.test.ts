import type { ChatEvent } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { assemble, meta, parse, readNamedEvents } from './support/anthropic-client.js';

const start: ChatEvent = { type: 'response-start', model: 'm' };
const end: ChatEvent = { type: 'response-end', finishReason: 'stop' };
const text = (delta: string): ChatEvent => ({ type: 'text-delta', delta });
const reasoning = (delta: string, signature?: string): ChatEvent => ({
  type: 'reasoning-delta',
  delta,
  ...(signature !== undefined && { signature }),
});
const call = (index: number, argumentsDelta?: string, more: object = {}): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  ...(argumentsDelta !== undefined && { argumentsDelta }),
  ...more,
});
const begin = (index: number, argumentsDelta?: string, more: object = {}): ChatEvent =>
  call(index, argumentsDelta, { id: `c${index}`, name: 'f', ...more });

const thinking = { thinking: { type: 'adaptive' } };
const encoderOf = (fields: object = {}) => {
  const exchange = parse({ ...fields, stream: true });
  return exchange.createEncoder(() => ({ ...meta, warnings: exchange.warnings }));
};
const encode = (events: readonly ChatEvent[], fields: object = {}): string => {
  const encoder = encoderOf(fields);
  return events.map((event) => encoder.push(event)).join('') + encoder.end();
};
const messageOf = (events: readonly ChatEvent[], fields: object = {}) =>
  assemble(readNamedEvents(encode(events, fields)));

describe('a streamed answer', () => {
  it('is the exact sequence of the protocol, each event with its name', () => {
    const usage = { input: 9, cacheRead: 2, output: 3 };
    expect(encode([start, text('Hel'), text('lo'), { ...end, usage } as ChatEvent])).toBe(
      [
        'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_r-1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":null,"cache_read_input_tokens":null}}}',
        'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}',
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}}',
        'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}',
        'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":9,"output_tokens":3,"cache_creation_input_tokens":null,"cache_read_input_tokens":2}}',
        'event: message_stop\ndata: {"type":"message_stop"}',
        '',
      ].join('\n\n'),
    );
  });

  it('has reasoning, text and calls in blocks of their own, in the order of their coming', () => {
    const message = messageOf(
      [
        start,
        reasoning('h'),
        reasoning('m', 's'),
        text('a'),
        begin(0, '{"x"'),
        call(0, ':1}'),
        begin(1, '{}'),
        end,
      ],
      thinking,
    );
    expect(message.content).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'text', text: 'a' },
      { type: 'tool_use', id: 'c0', name: 'f', input: { x: 1 } },
      { type: 'tool_use', id: 'c1', name: 'f', input: {} },
    ]);
  });

  it('has one thinking block for each signature', () => {
    expect(messageOf([start, reasoning('a', 's'), reasoning('b'), text('x'), end], thinking).content).toEqual(
      [
        { type: 'thinking', thinking: 'a', signature: 's' },
        { type: 'thinking', thinking: 'b', signature: 'unsigned' },
        { type: 'text', text: 'x' },
      ],
    );
  });

  it('sends pieces at once, while they belong to the open block', () => {
    const encoder = encoderOf();
    encoder.push(start);
    const types = (wire: string) => readNamedEvents(wire).map(({ event }) => event);
    expect(types(encoder.push(begin(0, '{"a":')))).toEqual(['content_block_start', 'content_block_delta']);
    expect(types(encoder.push(call(0, '1')))).toEqual(['content_block_delta']);
    expect(types(encoder.push(call(0, '}')))).toEqual(['content_block_delta']);
    expect(types(encoder.push(begin(1, '{')))).toEqual([
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
    ]);
  });

  it('lets pieces of other blocks wait until the open call is complete', () => {
    const encoder = encoderOf();
    encoder.push(start);
    encoder.push(begin(0, '{"a":'));
    expect(encoder.push(begin(1, '{"b"')) + encoder.push(text('x')) + encoder.push(call(1, ':2}'))).toBe('');
    expect(encoder.push(call(0, '1}'))).not.toBe('');
    const message = messageOf([
      start,
      begin(0, '{"a":'),
      begin(1, '{"b"'),
      text('x'),
      call(0, '1}'),
      call(1, ':2}'),
      call(0, ' \n'),
      end,
    ]);
    expect(message.content).toMatchObject([{ input: { a: 1 } }, { input: { b: 2 } }, { text: 'x' }]);
  });

  it.each(['', ' ', 'null', ' null '])(
    'has a single empty input for a call without arguments: %j',
    (given) => {
      const events = readNamedEvents(
        encode([start, begin(0), ...given.split('').map((piece) => call(0, piece)), end]),
      );
      expect(
        events.filter(({ event }) => event === 'content_block_delta').map(({ data }) => data.delta),
      ).toEqual([{ type: 'input_json_delta', partial_json: '' }]);
    },
  );

  it.each([
    ['{"cut', '{"cut'],
    ['{} and more', '{} and more'],
    ['nonsense', '{"unparsed_arguments":"nonsense"}'],
    ['[1]', '{"unparsed_arguments":"[1]"}'],
    ['"{}"', '{"unparsed_arguments":"\\"{}\\""}'],
  ])(
    'passes on arguments that are no object as text, in an object where that can be known in time: %s',
    (given, expected) => {
      const events = readNamedEvents(
        encode([start, begin(0), ...given.split('').map((piece) => call(0, piece)), end]),
      );
      const deltas = events.flatMap(
        ({ data }) => (data.delta as { partial_json?: string } | undefined)?.partial_json ?? [],
      );
      expect(deltas.join('')).toBe(expected);
    },
  );

  it('breaks off when arguments go on after the next block began', () => {
    const encoder = encoderOf();
    for (const event of [start, begin(0, '{}'), begin(1, '{}')]) encoder.push(event);
    expect(encoder.push(call(0, ' '))).toBe('');
    expect(() => encoder.push(call(0, 'x'))).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  it('has no block for empty pieces', () => {
    expect(messageOf([start, text(''), reasoning(''), end], thinking).content).toEqual([]);
  });

  it('leaves out raw chunks and event types of a later version', () => {
    const later = { type: 'citation-delta' } as unknown as ChatEvent;
    expect(messageOf([start, { type: 'raw-chunk', chunk: {} }, later, end]).content).toEqual([]);
  });

  it('survives line ends of every kind in its texts', () => {
    const odd = 'a\nb\r\nc\rd\u2028e\u2029f\u0000\n\ndata: x\n\nevent: message_stop\n\n';
    expect(messageOf([start, text(odd), end]).content).toEqual([{ type: 'text', text: odd }]);
  });

  it('warns at its start of what is known then, and at its end of everything', () => {
    const warn = (parameter: string) => ({
      warnings: [{ code: 'parameter-dropped', parameter, message: 'x' }],
    });
    const wire = encode(
      [{ ...start, ...warn('topK') } as ChatEvent, { ...end, ...warn('stop') } as ChatEvent],
      { metadata: { user_id: 'u' } },
    );
    const [first, last] = readNamedEvents(wire);
    const names = (holder: unknown) =>
      (holder as { warnings: { parameter: string }[] }).warnings.map(({ parameter }) => parameter);
    expect(names(first?.data.message)).toEqual(['metadata.user_id', 'top_k']);
    expect(names(last?.data)).toEqual(['metadata.user_id', 'top_k', 'stop_sequences']);
  });

  it('says null for input that nobody counted, so that no client takes 0 for a count', () => {
    for (const usage of [undefined, { output: 2 }, { input: 3, output: 4, unit: 'words' as const }]) {
      const events = readNamedEvents(encode([start, { ...end, ...(usage && { usage }) } as ChatEvent]));
      expect(events.at(-2)?.data.usage).toMatchObject({ input_tokens: null });
    }
  });
});

describe('reasoning', () => {
  it('that nobody asked to see is left out, and the end says so', () => {
    const events = [start, reasoning('hm'), text('a'), reasoning('', 's'), text('b'), end];
    const message = messageOf(events);
    expect(message.content).toEqual([{ type: 'text', text: 'ab' }]);
    expect(message.warnings).toMatchObject([{ code: 'other', message: expect.stringContaining('thinking') }]);
    expect(messageOf(events, thinking)).not.toHaveProperty('warnings');
  });

  it('carries what the provider wants back behind the calls, whenever that came', () => {
    const providerMetadata = { lab: { sig: 'x' } };
    const message = messageOf(
      [
        start,
        begin(0, '{}'),
        begin(1, '{}'),
        call(0, '', { providerMetadata }),
        { ...end, providerMetadata: { lab: { state: 1 } } } as ChatEvent,
      ],
      thinking,
    );
    expect(message.content.map(({ type }) => type)).toEqual(['tool_use', 'tool_use', 'redacted_thinking']);
    const { request } = parse({ messages: [{ role: 'assistant', content: message.content }] });
    expect(request.messages[0]).toMatchObject({
      toolCalls: [{ id: 'c0', providerMetadata }, { id: 'c1' }],
      providerMetadata: { lab: { state: 1 } },
    });
  });

  it('without thinking leaves metadata that comes with a call to that call', () => {
    const providerMetadata = { lab: { sig: 'x' } };
    expect(messageOf([start, begin(0, '{}', { providerMetadata }), end]).content).toEqual([
      { type: 'tool_use', id: 'c0', name: 'f', input: {}, provider_metadata: providerMetadata },
    ]);
  });
});
