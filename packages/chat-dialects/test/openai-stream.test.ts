import { ChatError, type ChatEvent } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import type { AnswerMeta } from '../src/index.js';
import { createOpenaiStreamEncoder } from '../src/openai/stream.js';
import { readOpenaiStream } from './support/openai-client.js';

const start: ChatEvent = { type: 'response-start', model: 'm' };
const end: ChatEvent = { type: 'response-end', finishReason: 'stop', usage: { input: 3, output: 4 } };
const text = (delta: string): ChatEvent => ({ type: 'text-delta', delta });
const call = (index: number, fields: object): ChatEvent => ({ type: 'tool-call-delta', index, ...fields });

const meta: AnswerMeta = {
  requestId: 'r-1',
  provider: 'lab',
  createdAt: 1_700_000_000_999,
  latencyMs: 5,
  attempts: [],
  warnings: [],
};
const encoderOf = (includeUsage = false, changes: Partial<AnswerMeta> = {}) =>
  createOpenaiStreamEncoder({ meta: () => ({ ...meta, ...changes }), includeUsage });
const encode = (events: readonly ChatEvent[], includeUsage = false): string => {
  const encoder = encoderOf(includeUsage);
  return events.map((event) => encoder.push(event)).join('') + encoder.end();
};
const chunksOf = (wire: string) => readOpenaiStream(wire).chunks;
const deltasOf = (...events: readonly ChatEvent[]) =>
  chunksOf(encode([start, ...events, end])).map(({ choices }) => choices[0]?.delta);

describe('a streamed answer', () => {
  it('is role, content, one finish and [DONE]', () => {
    const head = '"id":"chatcmpl-r-1","created":1700000000,"model":"m","object":"chat.completion.chunk"';
    const chunk = (delta: string, reason = 'null') =>
      `data: {${head},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${reason}}]}`;
    expect(encode([start, text('Hel'), text('lo'), end])).toBe(
      [
        chunk('{"role":"assistant","content":""}'),
        chunk('{"content":"Hel"}'),
        chunk('{"content":"lo"}'),
        chunk('{}', '"stop"'),
        'data: [DONE]',
        '',
      ].join('\n\n'),
    );
  });

  it('tells its usage in a chunk without choices, only when that was asked for', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
    expect(chunksOf(encode([start, end], true)).at(-1)).toMatchObject({ choices: [], usage });
    expect(encode([start, end])).not.toContain('usage');
  });

  it('has no usage chunk where the upstream did not count', () => {
    const chunks = chunksOf(encode([start, { type: 'response-end', finishReason: 'stop' }], true));
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
  });

  it('writes a call whole first, and only its arguments later, with calls in parallel', () => {
    const deltas = deltasOf(
      call(0, { id: 'a', name: 'f' }),
      call(0, { argumentsDelta: '{"x":' }),
      call(1, { id: 'b', name: 'g', argumentsDelta: '{}' }),
      call(0, { argumentsDelta: '1}' }),
      call(1, { providerMetadata: { p: {} } }),
    );
    expect(deltas.slice(1, -2)).toEqual([
      { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"x":' } }] },
      { tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '1}' } }] },
    ]);
  });

  it('completes the arguments of a call that got none: clients read them as JSON', () => {
    const deltas = deltasOf(
      call(0, { id: 'a', name: 'f' }),
      call(1, { id: 'b', name: 'g', argumentsDelta: ' ' }),
    );
    expect(deltas.slice(-3, -1)).toEqual([
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
    ]);
  });

  it('takes null for no arguments, as a whole answer does, and holds back only what is going to be no object', () => {
    const pieces = (index: number, text: string) =>
      text.split('').map((argumentsDelta) => call(index, { argumentsDelta }));
    const deltas = deltasOf(
      call(0, { id: 'a', name: 'f' }),
      ...pieces(0, ' null'),
      call(1, { id: 'b', name: 'g', argumentsDelta: '[' }),
      call(1, { argumentsDelta: '1]' }),
    );
    expect(deltas.slice(1, -1)).toEqual([
      { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '[1]' } }] },
    ]);
  });

  it('writes reasoning piece by piece, and what has to come back in one piece before the finish', () => {
    const deltas = deltasOf(
      { type: 'reasoning-delta', delta: 'h' },
      { type: 'reasoning-delta', delta: 'm', signature: 's' },
      text('x'),
    );
    expect(deltas.slice(1)).toEqual([
      { reasoning_content: 'h' },
      { reasoning_content: 'm' },
      { content: 'x' },
      { reasoning_details: [{ type: 'reasoning.text', text: 'hm', signature: 's' }] },
      {},
    ]);
  });

  it('writes reasoning in one piece once more where it had come in several, signed or not', () => {
    const think = (delta: string): ChatEvent => ({ type: 'reasoning-delta', delta });
    expect(deltasOf(think('h'), think('m')).slice(-2)).toEqual([
      { reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] },
      {},
    ]);
    expect(deltasOf(think('hm'), think('')).slice(1)).toEqual([{ reasoning_content: 'hm' }, {}]);
  });

  it('says nothing of empty pieces, raw chunks and event types of a later version', () => {
    const later = { type: 'citation-delta' } as unknown as ChatEvent;
    expect(deltasOf(text(''), { type: 'raw-chunk', chunk: {} }, later)).toHaveLength(2);
  });

  it('lists the warnings with its finish, the late ones too', () => {
    const warn = (parameter: string) => [{ code: 'parameter-dropped', parameter, message: 'x' }] as const;
    const encoder = encoderOf(false, { warnings: warn('user') });
    encoder.push({ ...start, warnings: warn('topK') } as ChatEvent);
    encoder.push({ ...end, warnings: warn('format') } as ChatEvent);
    const parameters = chunksOf(encoder.end())[0]?.warnings?.map(
      (warning) => 'parameter' in warning && warning.parameter,
    );
    expect(parameters).toEqual(['user', 'top_k', 'response_format']);
  });

  it('is kept alive by a comment, as long as it lasts', () => {
    const encoder = encoderOf();
    expect(encoder.keepAlive()).toBe(': keep-alive\n\n');
    encoder.error(new ChatError('timeout', 'late'));
    expect(encoder.keepAlive()).toBe('');
  });
});

describe('a streamed answer that fails', () => {
  const failure = new ChatError('upstream-failure', 'it broke');
  const error = { message: 'it broke', type: 'server_error', param: null, code: 'upstream_error' };

  it('ends with an error, without a finish and without [DONE]', () => {
    const encoder = encoderOf();
    const wire = encoder.push(start) + encoder.push(text('Hel')) + encoder.error(failure);
    const { chunks, done } = readOpenaiStream(wire);
    expect(done).toBe(false);
    expect(chunks.at(-1)).toEqual({ error });
    expect(chunks.slice(0, -1).every(({ choices }) => choices[0]?.finish_reason === null)).toBe(true);
  });

  it('has one terminal, also when it fails after its end had come', () => {
    const encoder = encoderOf();
    expect(encoder.push(start) + encoder.push(end)).not.toContain('stop');
    expect(readOpenaiStream(encoder.error(failure)).chunks).toEqual([{ error }]);
    expect([encoder.push(text('x')), encoder.end(), encoder.error(failure)]).toEqual(['', '', '']);
  });

  it('has one terminal, also when it is called broken after [DONE]', () => {
    const encoder = encoderOf();
    encoder.push(start);
    encoder.push(end);
    expect(encoder.end()).toContain('[DONE]');
    expect([encoder.end(), encoder.error(failure)]).toEqual(['', '']);
  });

  it('is an error when it was cut before its end', () => {
    const encoder = encoderOf();
    encoder.push(start);
    encoder.push(text('Hel'));
    const { chunks, done } = readOpenaiStream(encoder.end());
    expect(done).toBe(false);
    expect(chunks).toMatchObject([{ error: { code: 'bad_upstream_response' } }]);
  });

  it('throws internal for an event that breaks the rules', () => {
    expect(() => encoderOf().push(text('x'))).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
