import { ChatError, type ChatEvent } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { createNativeStreamEncoder, type NativeResponseMeta } from '../src/index.js';
import { readEvents } from './support/client.js';

const start: ChatEvent = { type: 'response-start', model: 'm' };
const end: ChatEvent = { type: 'response-end', finishReason: 'stop' };
const text = (delta: string): ChatEvent => ({ type: 'text-delta', delta });

const meta: NativeResponseMeta = { id: 'chat_1', provider: 'lab', latencyMs: 5, attempts: [] };
const encoderOf = (changes: Partial<NativeResponseMeta> = {}) =>
  createNativeStreamEncoder({ requestId: 'r-1', meta: () => ({ ...meta, ...changes }) });
const encode = (...events: readonly ChatEvent[]): string => {
  const encoder = encoderOf();
  return events.map((event) => encoder.push(event)).join('') + encoder.end();
};

describe('a streamed answer', () => {
  it('is one JSON object per data line', () => {
    expect(encode(start, text('Hel'), text('lo'), end)).toBe(
      [
        'data: {"type":"response_start","id":"chat_1","model":"m","provider":"lab"}',
        'data: {"type":"text_delta","delta":"Hel"}',
        'data: {"type":"text_delta","delta":"lo"}',
        'data: {"type":"response_end","id":"chat_1","model":"m","provider":"lab","finish_reason":"stop","latency_ms":5}',
        '',
      ].join('\n\n'),
    );
  });

  it('writes reasoning and tool calls in wire names', () => {
    const events = readEvents(
      encode(
        start,
        { type: 'reasoning-delta', delta: 'hm', signature: 's' },
        { type: 'tool-call-delta', index: 0, id: 'c', name: 'f', argumentsDelta: '{' },
        { type: 'tool-call-delta', index: 0, argumentsDelta: '}', providerMetadata: { p: { aB: 1 } } },
        end,
      ),
    );
    expect(events.slice(1, -1)).toEqual([
      { type: 'reasoning_delta', delta: 'hm', signature: 's' },
      { type: 'tool_call_delta', index: 0, id: 'c', name: 'f', arguments_delta: '{' },
      { type: 'tool_call_delta', index: 0, arguments_delta: '}', provider_metadata: { p: { aB: 1 } } },
    ]);
    expect(Object.keys(events.at(-1) ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(content|reasoning|tool_calls)/)]),
    );
  });

  it('leaves out raw chunks and event types of a later version', () => {
    const later = { type: 'citation-delta' } as unknown as ChatEvent;
    const types = readEvents(encode(start, { type: 'raw-chunk', chunk: {} }, later, end)).map(
      ({ type }) => type,
    );
    expect(types).toEqual(['response_start', 'response_end']);
  });

  it('tells of latency and attempts as they are at the end, not at the start', () => {
    let latencyMs = 1;
    const attempts: NativeResponseMeta['attempts'][number][] = [];
    const encoder = createNativeStreamEncoder({
      requestId: 'r-1',
      meta: () => ({ ...meta, latencyMs, attempts }),
    });
    encoder.push(start);
    expect(encoder.push(end)).toBe('');
    latencyMs = 99;
    attempts.push({ provider: 'lab', model: 'm', outcome: 'ok', ms: 98 });
    expect(readEvents(encoder.end())).toMatchObject([{ latency_ms: 99, attempts: [{ ms: 98 }] }]);
  });

  it('lists warnings of request and upstream at the start, and all of them at the end', () => {
    const warn = (parameter: string) => [{ code: 'parameter-dropped', parameter, message: 'x' }] as const;
    const encoder = encoderOf({ warnings: warn('metadata') });
    const first = encoder.push({ ...start, warnings: warn('topK') } as ChatEvent);
    encoder.push({ ...end, warnings: warn('seed') } as ChatEvent);
    const parameters = (wire: string) => readEvents(wire)[0]?.warnings?.map(({ parameter }) => parameter);
    expect(parameters(first)).toEqual(['metadata', 'top_k']);
    expect(parameters(encoder.end())).toEqual(['metadata', 'top_k', 'seed']);
  });

  it('survives line ends of every kind in its texts', () => {
    const odd = 'a\nb\r\nc\rd\u2028e\u2029f\u0000\n\ndata: x\n\n';
    expect(encode(start, text(odd), end).split('\n\n')).toHaveLength(4);
    expect(readEvents(encode(start, text(odd), end))[1]).toEqual({ type: 'text_delta', delta: odd });
  });
});

describe('the terminal', () => {
  const failure = new ChatError('overloaded', 'full', { provider: 'lab' });

  it('of a failed answer is the error object, and nothing comes after it', () => {
    const encoder = encoderOf();
    encoder.push(start);
    expect(readEvents(encoder.error(failure))).toEqual([
      {
        type: 'error',
        error: {
          code: 'overloaded',
          message: 'full',
          provider: 'lab',
          retryable: true,
          upstream_status: null,
          request_id: 'r-1',
        },
      },
    ]);
    expect([encoder.push(text('late')), encoder.error(failure), encoder.end()]).toEqual(['', '', '']);
  });

  it('is only one when the answer fails after response-end', () => {
    const encoder = encoderOf();
    expect(encoder.push(start)).not.toBe('');
    encoder.push(end);
    expect(readEvents(encoder.error(failure)).map(({ type }) => type)).toEqual(['error']);
    expect(encoder.end()).toBe('');
  });

  it('of a cut stream is an error, never response_end', () => {
    expect(readEvents(encode(start, text('half'))).at(-1)).toMatchObject({
      type: 'error',
      error: { code: 'bad-response' },
    });
  });

  it('is only one however often end is called', () => {
    const encoder = encoderOf();
    encoder.push(start);
    encoder.push(end);
    expect(readEvents(encoder.end())).toHaveLength(1);
    expect(encoder.end() + encoder.error(failure)).toBe('');
  });

  it('of a stream that breaks the event rules comes from error', () => {
    const encoder = encoderOf();
    expect(() => encoder.push(text('early'))).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(readEvents(encoder.error(failure))).toHaveLength(1);
  });
});

it('the keep-alive is a comment that no reader takes for an event', () => {
  const comment = encoderOf().keepAlive();
  expect(comment).toMatch(/^:.*\n\n$/);
  expect(readEvents(comment)).toEqual([]);
});
