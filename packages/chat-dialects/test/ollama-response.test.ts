import type { ChatResponse, FinishReason } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { body, head, meta, parseChat, parseGenerate } from './support/ollama.js';

const least: ChatResponse = { model: 'upstream-model', content: '', finishReason: 'stop' };
const chatted = (response: Partial<ChatResponse>, changes: object = {}): unknown =>
  parseChat(body).formatResponse({ ...least, ...response }, { ...meta, ...changes });
const generated = (response: Partial<ChatResponse>): unknown =>
  parseGenerate({ model: 'm', prompt: 'Hi' }).formatResponse({ ...least, ...response }, meta);

const last = { done: true, done_reason: 'stop', total_duration: 812_400_000 };

describe('the whole answer of /api/chat', () => {
  it('has only what is always known when nothing else is; unknown durations are left out, never 0', () => {
    expect(chatted({})).toEqual({ ...head, message: { role: 'assistant', content: '' }, ...last });
  });

  it('has text, reasoning, tool calls and counts', () => {
    const toolCalls = [
      { id: 'a', name: 'f', arguments: { x: 1 } },
      { id: 'b', name: 'g', arguments: {} },
    ];
    const usage = { input: 10, cacheRead: 2, cacheWrite: 1, output: 4, reasoning: 3 };
    expect(
      chatted({ content: 'Hello', reasoning: 'hm', toolCalls, usage, finishReason: 'tool_calls' }),
    ).toEqual({
      ...head,
      message: {
        role: 'assistant',
        content: 'Hello',
        thinking: 'hm',
        tool_calls: [
          { id: 'a', function: { index: 0, name: 'f', arguments: { x: 1 } } },
          { id: 'b', function: { index: 1, name: 'g', arguments: {} } },
        ],
      },
      ...last,
      prompt_eval_count: 13,
      eval_count: 7,
    });
  });

  it('wraps arguments that are no object, since the protocol has no other', () => {
    const toolCalls = [{ id: 'a', name: 'f', arguments: '{"cut' }];
    expect(chatted({ toolCalls })).toMatchObject({
      message: { tool_calls: [{ function: { arguments: { arguments: '{"cut' } } }] },
    });
  });

  it.each<[FinishReason, string]>([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'stop'],
    ['content_filter', 'stop'],
    ['other', 'stop'],
  ])('that ended with %s has the done_reason %s', (finishReason, reason) => {
    expect(chatted({ finishReason })).toMatchObject({ done: true, done_reason: reason });
  });

  it('has no counts where the upstream counted something else, and 0 only where it said 0', () => {
    expect(chatted({ usage: { input: 3, output: 4, unit: 'words' } })).not.toHaveProperty('eval_count');
    expect(chatted({ usage: { input: 0 } })).toMatchObject({ prompt_eval_count: 0 });
    expect(chatted({ usage: { input: 0 } })).not.toHaveProperty('eval_count');
  });

  it('has a duration above 0 in whole nanoseconds', () => {
    expect(chatted({}, { latencyMs: 0 })).toMatchObject({ total_duration: 1 });
    expect(chatted({}, { latencyMs: 0.1234567 })).toMatchObject({ total_duration: 123_457 });
  });

  it.each(['m', 'm:latest', 'openrouter/vendor/model:free'])(
    'names the model as it was asked for: %s',
    (model) => {
      const answer = parseChat({ ...body, model }).formatResponse(least, meta);
      expect(answer).toMatchObject({ model });
    },
  );

  it('carries what a provider wants back, and an echo of the message brings it', () => {
    const response: ChatResponse = {
      ...least,
      content: 'a',
      reasoning: 'hm',
      reasoningSegments: [{ text: 'hm', signature: 's' }],
      providerMetadata: { lab: { state: 'x' } },
      toolCalls: [{ id: 'c', name: 'f', arguments: {}, providerMetadata: { lab: { part: 1 } } }],
    };
    const { message } = chatted(response) as { message: object };
    const { model: _model, finishReason: _reason, ...turn } = response;
    expect(parseChat({ ...body, messages: [message] }).request.messages).toEqual([
      { role: 'assistant', ...turn },
    ]);
  });

  it('lists warnings in the names of the body, those of the request first; no key is "error"', () => {
    const request = parseChat({ ...body, logprobs: true }).warnings;
    const provider = [
      { code: 'parameter-dropped', parameter: 'maxTokens', message: 'maxTokens is not known there' },
      { code: 'other', message: 'x' },
    ] as const;
    const answer = chatted({ warnings: provider }, { warnings: request });
    expect(answer).toMatchObject({
      warnings: [
        ...request,
        {
          code: 'parameter-dropped',
          parameter: 'options.num_predict',
          message: 'options.num_predict is not known there',
        },
        { code: 'other', message: 'x' },
      ],
    });
    expect(answer).not.toHaveProperty('error');
  });
});

describe('the whole answer of /api/generate', () => {
  it('has the text as response', () => {
    expect(generated({ content: 'Hello', reasoning: 'hm', usage: { output: 2 } })).toEqual({
      ...head,
      response: 'Hello',
      thinking: 'hm',
      ...last,
      eval_count: 2,
    });
  });

  it('has an empty response when there is no text, never none', () => {
    expect(generated({ finishReason: 'length', reasoning: 'hm' })).toMatchObject({
      response: '',
      thinking: 'hm',
      done_reason: 'length',
    });
  });
});
