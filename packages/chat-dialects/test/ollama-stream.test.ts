import { ChatError, type ChatEvent } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import type { AnswerMeta, StreamEncoder } from '../src/front.js';
import { body, head, meta, parseChat, parseGenerate, routeOf } from './support/ollama.js';
import { assembleChat, readLines } from './support/ollama-client.js';

const start: ChatEvent = { type: 'response-start', model: 'upstream-model' };
const end: ChatEvent = { type: 'response-end', finishReason: 'stop', usage: { input: 3, output: 2 } };
const text = (delta: string): ChatEvent => ({ type: 'text-delta', delta });
const thought = (delta: string): ChatEvent => ({ type: 'reasoning-delta', delta });
const call = (index: number, more: object): ChatEvent => ({ type: 'tool-call-delta', index, ...more });

const encoderOf = (at: () => AnswerMeta = () => meta): StreamEncoder => parseChat(body).createEncoder(at);
const encode = (...events: readonly ChatEvent[]): string => {
  const encoder = encoderOf();
  return events.map((event) => encoder.push(event)).join('') + encoder.end();
};
const message = (fields: object) => ({ message: { role: 'assistant', content: '', ...fields } });
const last = {
  done: true,
  done_reason: 'stop',
  total_duration: 812_400_000,
  prompt_eval_count: 3,
  eval_count: 2,
};

describe('a streamed answer', () => {
  it('is one JSON object per line, the last of which is done', () => {
    expect(encode(start, text('Hel'), text('lo'), end)).toBe(
      [
        '{"model":"m","created_at":"2026-01-02T03:04:05.678Z","message":{"role":"assistant","content":"Hel"},"done":false}',
        '{"model":"m","created_at":"2026-01-02T03:04:05.678Z","message":{"role":"assistant","content":"lo"},"done":false}',
        '{"model":"m","created_at":"2026-01-02T03:04:05.678Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":812400000,"prompt_eval_count":3,"eval_count":2}',
        '',
      ].join('\n'),
    );
  });

  it('has a content on every line, empty beside reasoning', () => {
    expect(readLines(encode(start, thought('hm'), text('a'), end))).toEqual([
      { ...head, ...message({ thinking: 'hm' }), done: false },
      { ...head, ...message({ content: 'a' }), done: false },
      { ...head, ...message({}), ...last },
    ]);
  });

  it('has complete tool calls in a line before the last, however many pieces they came in', () => {
    const lines = readLines(
      encode(
        start,
        call(0, { id: 'a', name: 'f', argumentsDelta: '{"x"' }),
        call(1, { id: 'b', name: 'g' }),
        call(0, { argumentsDelta: ':1}' }),
        text('calling'),
        { type: 'response-end', finishReason: 'tool_calls' },
      ),
    );
    expect(lines).toEqual([
      { ...head, ...message({ content: 'calling' }), done: false },
      {
        ...head,
        ...message({
          tool_calls: [
            { id: 'a', function: { index: 0, name: 'f', arguments: { x: 1 } } },
            { id: 'b', function: { index: 1, name: 'g', arguments: {} } },
          ],
        }),
        done: false,
      },
      { ...head, ...message({}), done: true, done_reason: 'stop', total_duration: 812_400_000 },
    ]);
  });

  it('has what a provider wants back in the last line', () => {
    const lines = readLines(
      encode(
        start,
        { type: 'reasoning-delta', delta: 'hm' },
        { type: 'reasoning-delta', delta: '', signature: 's' },
        { ...end, providerMetadata: { lab: { state: 'x' } } } as ChatEvent,
      ),
    );
    expect(lines).toHaveLength(2);
    expect(lines[1]?.message).toEqual({
      role: 'assistant',
      content: '',
      reasoning_segments: [{ text: 'hm', signature: 's' }],
      provider_metadata: { lab: { state: 'x' } },
    });
  });

  it('leaves out raw chunks, empty deltas and event types of a later version', () => {
    const later = { type: 'citation-delta' } as unknown as ChatEvent;
    const raw: ChatEvent = { type: 'raw-chunk', chunk: {} };
    expect(readLines(encode(start, raw, text(''), thought(''), later, end))).toHaveLength(1);
  });

  it('survives line ends of every kind in its texts', () => {
    const odd = 'a\nb\r\nc\rd\u2028e\u2029f\u0000\n\n';
    const lines = readLines(encode(start, text(odd), end));
    expect(lines).toHaveLength(2);
    expect(assembleChat(lines).message?.content).toBe(odd);
  });

  it('tells the duration as it is at the end', () => {
    let latencyMs = 1;
    const encoder = encoderOf(() => ({ ...meta, latencyMs }));
    encoder.push(start);
    expect(encoder.push(end)).toBe('');
    latencyMs = 99;
    expect(readLines(encoder.end())).toMatchObject([{ total_duration: 99_000_000 }]);
  });

  it('of /api/generate has its text as response', () => {
    const encoder = parseGenerate({ model: 'm', prompt: 'Hi' }).createEncoder(() => meta);
    const wire =
      [start, thought('hm'), text('a'), end].map((event) => encoder.push(event)).join('') + encoder.end();
    expect(readLines(wire)).toEqual([
      { ...head, response: '', thinking: 'hm', done: false },
      { ...head, response: 'a', done: false },
      { ...head, response: '', ...last },
    ]);
  });

  it.each(['/api/chat', '/api/generate'])('of %s has the content type of JSON lines', (path) => {
    expect(routeOf('chat', path).streamType).toBe('application/x-ndjson');
  });
});

describe('the terminal', () => {
  const failure = new ChatError('overloaded', 'full', { provider: 'lab' });

  it('of a failed answer is a line with nothing but an error, and nothing comes after it', () => {
    const encoder = encoderOf();
    encoder.push(start);
    encoder.push(text('half'));
    expect(encoder.error(failure)).toBe('{"error":"full"}\n');
    expect([encoder.push(text('late')), encoder.error(failure), encoder.end(), encoder.keepAlive()]).toEqual([
      '',
      '',
      '',
      '',
    ]);
  });

  it('is only one when the answer fails after response-end; a tool call is not given out then', () => {
    const encoder = encoderOf();
    const before = [start, call(0, { id: 'a', name: 'f' }), end].map((event) => encoder.push(event)).join('');
    expect(before + encoder.error(failure) + encoder.end()).toBe('{"error":"full"}\n');
  });

  it('of a cut stream is an error, never done', () => {
    const lines = readLines(encode(start, text('half')));
    expect(lines.at(-1)).toEqual({ error: 'The answer was cut before its end' });
    expect(lines.filter(({ done }) => done)).toEqual([]);
    expect(() => assembleChat(lines)).toThrow('cut');
  });

  it('is only one however often end is called', () => {
    const encoder = encoderOf();
    encoder.push(start);
    encoder.push(end);
    expect(readLines(encoder.end())).toHaveLength(1);
    expect(encoder.end() + encoder.error(failure)).toBe('');
  });

  it('of a stream that breaks the event rules comes from error', () => {
    const encoder = encoderOf();
    expect(() => encoder.push(text('early'))).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(readLines(encoder.error(failure))).toHaveLength(1);
  });
});

describe('the keep-alive', () => {
  it('is an object that says nothing: readers of this protocol know no comments and no empty lines', () => {
    expect(readLines(encoderOf().keepAlive())).toEqual([{ ...head, ...message({}), done: false }]);
    const generate = parseGenerate({ model: 'm', prompt: 'Hi' }).createEncoder(() => meta);
    expect(readLines(generate.keepAlive())).toEqual([{ ...head, response: '', done: false }]);
  });

  it('changes nothing of the answer wherever it stands', () => {
    const encoder = encoderOf();
    const wire = [start, text('a'), text('b'), end].map((event) => encoder.keepAlive() + encoder.push(event));
    const read = assembleChat(readLines(wire.join('') + encoder.keepAlive() + encoder.end()));
    expect(read).toEqual({ ...head, ...message({ content: 'ab' }), ...last });
  });
});
