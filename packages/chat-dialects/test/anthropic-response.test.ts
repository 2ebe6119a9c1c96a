import type { ChatResponse } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { meta, parse } from './support/anthropic-client.js';

const least: ChatResponse = { model: 'm', content: '', finishReason: 'stop' };
const thinking = { thinking: { type: 'adaptive' } };
const answerOf = (response: Partial<ChatResponse>, fields: object = {}) => {
  const exchange = parse(fields);
  return exchange.formatResponse({ ...least, ...response }, { ...meta, warnings: exchange.warnings }) as {
    content: { type: string; data?: string }[];
    stop_reason: string;
    usage: object;
    warnings?: { parameter?: string; message: string }[];
  };
};

describe('the whole answer', () => {
  it('has the fields of the protocol, and no other, when nothing else is known', () => {
    expect(answerOf({})).toEqual({
      id: 'msg_r-1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: 0,
        output_tokens: 0,
        cache_creation_input_tokens: null,
        cache_read_input_tokens: null,
      },
    });
  });

  it('has reasoning, text and calls in this order', () => {
    const { content } = answerOf(
      {
        content: 'Hello',
        reasoning: 'hm',
        reasoningSegments: [{ text: 'h', signature: 's' }, { text: 'm' }],
        toolCalls: [
          { id: 'c', name: 'f', arguments: { x: 1 } },
          { id: 'd', name: 'g', arguments: '{"cut' },
        ],
        finishReason: 'tool_calls',
      },
      thinking,
    );
    expect(content).toEqual([
      { type: 'thinking', thinking: 'h', signature: 's' },
      { type: 'thinking', thinking: 'm', signature: 'unsigned' },
      { type: 'text', text: 'Hello' },
      { type: 'tool_use', id: 'c', name: 'f', input: { x: 1 } },
      { type: 'tool_use', id: 'd', name: 'g', input: { unparsed_arguments: '{"cut' } },
    ]);
  });

  it('signs reasoning that nobody signed, because clients drop unsigned blocks', () => {
    expect(answerOf({ reasoning: 'hm' }, thinking).content).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 'unsigned' },
    ]);
  });

  it.each([
    ['stop', undefined, 'end_turn'],
    ['stop', 'stop_sequence', 'stop_sequence'],
    ['length', undefined, 'max_tokens'],
    ['length', 'model_context_window_exceeded', 'model_context_window_exceeded'],
    ['tool_calls', 'function_call', 'tool_use'],
    ['content_filter', 'safety', 'refusal'],
    ['other', 'strange', 'end_turn'],
    ['other', 'pause_turn', 'pause_turn'],
    ['stop', 'tool_use', 'end_turn'],
  ] as const)('stops for %s (%s) as %s', (finishReason, raw, expected) => {
    const answer = answerOf({ finishReason, ...(raw && { rawFinishReason: raw }) });
    expect(answer).toMatchObject({ stop_reason: expected, stop_sequence: null });
  });

  it.each([
    ['strange', 'tool_use'],
    ['pause_turn', 'pause_turn'],
  ])('stops for tools where there are calls and no better word: %s', (rawFinishReason, expected) => {
    const toolCalls = [{ id: 'c', name: 'f', arguments: {} }];
    expect(answerOf({ finishReason: 'other', rawFinishReason, toolCalls }).stop_reason).toBe(expected);
  });

  it('counts uncached input alone, and reasoning as a part of the output', () => {
    expect(
      answerOf({ usage: { input: 10, cacheRead: 3, cacheWrite: 0, output: 4, reasoning: 2 } }).usage,
    ).toEqual({
      input_tokens: 10,
      output_tokens: 6,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 3,
      output_tokens_details: { thinking_tokens: 2 },
    });
    expect(answerOf({ usage: { output: 4 } }).usage).not.toHaveProperty('output_tokens_details');
  });

  it('has no token counts when the upstream counted something else', () => {
    expect(answerOf({ usage: { input: 3, cacheRead: 1, output: 4, unit: 'words' } })).toEqual(answerOf({}));
  });

  it('lists warnings of the request and of the provider, in the names of the body', () => {
    const { warnings } = answerOf(
      { warnings: [{ code: 'parameter-dropped', parameter: 'topK', message: 'topK: no such field' }] },
      { metadata: { user_id: 'u' } },
    );
    expect(warnings).toMatchObject([
      { parameter: 'metadata.user_id' },
      { parameter: 'top_k', message: 'top_k: no such field' },
    ]);
  });
});

describe('without thinking', () => {
  it.each([{}, { thinking: { type: 'disabled' } }, { thinking: { type: 'between_tools' } }])(
    'reasoning is left out, and a warning says so: %j',
    (fields) => {
      const { content, warnings } = answerOf({ content: 'a', reasoning: 'hm' }, fields);
      expect(content).toEqual([{ type: 'text', text: 'a' }]);
      expect(warnings).toMatchObject([{ code: 'other', message: expect.stringContaining('thinking') }]);
      expect(answerOf({ content: 'a' }, fields)).not.toHaveProperty('warnings');
    },
  );

  it('calls show what their provider wants back, and take it back', () => {
    const call = { id: 'c', name: 'f', arguments: {}, providerMetadata: { lab: { sig: 'x' } } };
    const { content } = answerOf({ toolCalls: [call], providerMetadata: { lab: { state: 1 } } });
    expect(content).toEqual([
      { type: 'tool_use', id: 'c', name: 'f', input: {}, provider_metadata: { lab: { sig: 'x' } } },
    ]);
    const { request } = parse({ messages: [{ role: 'assistant', content }] });
    expect(request.messages).toEqual([{ role: 'assistant', content: '', toolCalls: [call] }]);
  });
});

describe('with thinking', () => {
  const call = { id: 'c', name: 'f', arguments: {}, providerMetadata: { lab: { sig: 'x' } } };
  const providerMetadata = { lab: { state: 1 } };

  it('everything that the provider wants back comes back', () => {
    const { content } = answerOf({ toolCalls: [call], providerMetadata }, thinking);
    expect(content.map(({ type }) => type)).toEqual(['redacted_thinking', 'tool_use']);
    expect(JSON.stringify(content)).not.toContain('state');
    const { request } = parse({
      messages: [
        { role: 'assistant', content: [...content, { type: 'redacted_thinking', data: 'EqQB' }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c' }] },
      ],
    });
    expect(request.messages[0]).toEqual({
      role: 'assistant',
      content: '',
      toolCalls: [call],
      providerMetadata: { ...providerMetadata, anthropic: { redacted_thinking: ['EqQB'] } },
    });
  });

  it('an answer that calls nothing carries nothing, so that its text stays the last block', () => {
    expect(answerOf({ content: 'a', providerMetadata }, thinking).content).toEqual([
      { type: 'text', text: 'a' },
    ]);
  });

  it('a turn without metadata has no block for it', () => {
    const { providerMetadata: _, ...plain } = call;
    expect(answerOf({ toolCalls: [plain] }, thinking).content.map(({ type }) => type)).toEqual(['tool_use']);
  });
});
