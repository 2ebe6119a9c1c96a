import type { ChatResponse, Usage } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import type { AnswerMeta } from '../src/index.js';
import { formatOpenaiResponse } from '../src/openai/response.js';

const meta: AnswerMeta = {
  requestId: 'r-1',
  provider: 'lab',
  createdAt: 1_700_000_000_999,
  latencyMs: 5,
  attempts: [],
  warnings: [],
};
const format = (fields: Partial<ChatResponse> = {}, more: Partial<AnswerMeta> = {}) =>
  formatOpenaiResponse(
    { model: 'm', content: 'Hello', finishReason: 'stop', ...fields },
    { ...meta, ...more },
  );
const messageOf = (fields: Partial<ChatResponse>) => format(fields).choices[0].message;

describe('a whole answer', () => {
  it('has the fields that the SDKs promise, and the model that answered', () => {
    expect(format()).toEqual({
      id: 'chatcmpl-r-1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'm',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    });
  });

  it('writes tool calls with their arguments as JSON text, and no content', () => {
    const toolCalls = [
      { id: 'a', name: 'f', arguments: { x: 1 } },
      { id: 'b', name: 'g', arguments: 'not JSON' },
    ];
    expect(messageOf({ content: '', toolCalls })).toEqual({
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
        { id: 'b', type: 'function', function: { name: 'g', arguments: 'not JSON' } },
      ],
    });
    expect(messageOf({ content: 'Let me see', toolCalls }).content).toBe('Let me see');
    expect(messageOf({ content: '' }).content).toBe('');
  });

  it('writes reasoning as other servers do, and details only when something has to come back', () => {
    expect(messageOf({ reasoning: 'hm' })).toMatchObject({ reasoning_content: 'hm' });
    expect(messageOf({ reasoning: 'hm' })).not.toHaveProperty('reasoning_details');
    const format = 'lakehouse-provider-metadata-v1';
    expect(
      messageOf({
        reasoning: 'hm',
        reasoningSegments: [{ text: 'hm', signature: 's' }],
        providerMetadata: { p: { a: 1 } },
        toolCalls: [{ id: 'c', name: 'f', arguments: {}, providerMetadata: { p: { b: 2 } } }],
      }).reasoning_details,
    ).toEqual([
      { type: 'reasoning.text', text: 'hm', signature: 's' },
      { type: 'reasoning.encrypted', format, data: '{"p":{"a":1}}' },
      { type: 'reasoning.encrypted', format, id: 'c', data: '{"p":{"b":2}}' },
    ]);
  });

  it('lists the warnings of the reading, then those of the provider in names of the body', () => {
    const reading = { code: 'parameter-dropped', parameter: 'user', message: 'user was left out' } as const;
    const own = { code: 'parameter-dropped', parameter: 'think', message: 'think was left out' } as const;
    expect(format({ warnings: [own] }, { warnings: [reading] }).warnings).toEqual([
      reading,
      { ...own, parameter: 'reasoning_effort', message: 'reasoning_effort was left out' },
    ]);
  });
});

describe('the finish reason', () => {
  const calls = { toolCalls: [{ id: 'a', name: 'f', arguments: {} }] };
  it.each<[string, Partial<ChatResponse>]>([
    ['stop', { finishReason: 'stop' }],
    ['length', { finishReason: 'length' }],
    ['content_filter', { finishReason: 'content_filter' }],
    ['tool_calls', { finishReason: 'tool_calls', ...calls }],
    ['length', { finishReason: 'length', ...calls }],
    ['stop', { finishReason: 'other' }],
    ['tool_calls', { finishReason: 'other', ...calls }],
  ])('is %s for %j', (reason, fields) => {
    expect(format(fields).choices[0].finish_reason).toBe(reason);
  });

  it("keeps the upstream's own word beside it", () => {
    const [choice] = format({ finishReason: 'other', rawFinishReason: 'pause_turn' }).choices;
    expect(choice).toMatchObject({ finish_reason: 'stop', native_finish_reason: 'pause_turn' });
  });
});

describe('the usage', () => {
  it.each<[Usage, object]>([
    [
      { input: 3, output: 4 },
      { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    ],
    [
      { input: 3, cacheRead: 10, cacheWrite: 20, output: 4, reasoning: 5, costUsd: 0.1 },
      {
        prompt_tokens: 33,
        completion_tokens: 9,
        total_tokens: 42,
        prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 20 },
        completion_tokens_details: { reasoning_tokens: 5 },
        cost: 0.1,
      },
    ],
    [{ output: 4 }, { prompt_tokens: 0, completion_tokens: 4, total_tokens: 4 }],
  ])('of %j counts the cache into the prompt, and reasoning into the completion', (usage, expected) => {
    expect(format({ usage }).usage).toEqual(expected);
  });

  it.each<Usage | undefined>([undefined, {}, { costUsd: 1 }, { input: 1, output: 1, unit: 'words' }])(
    'is absent where no tokens were counted: %j',
    (usage) => {
      expect(format(usage ? { usage } : {})).not.toHaveProperty('usage');
    },
  );
});
