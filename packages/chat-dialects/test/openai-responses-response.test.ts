import type { ChatResponse } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { decodeCarrier } from '../src/openai-responses/carrier.js';
import { body, meta, parse } from './support/openai-responses.js';
import type { WireResponse } from './support/openai-responses-client.js';

const answer: ChatResponse = { model: 'lab-m', content: 'Hello', finishReason: 'stop' };
const format = (changes: Partial<ChatResponse> = {}, fields: object = {}, own: object = {}): WireResponse =>
  parse({ ...body, ...fields }).formatResponse(
    { ...answer, ...changes },
    { ...meta, ...own },
  ) as WireResponse;

describe('a whole answer', () => {
  it('has every field that the types of the SDKs demand', () => {
    expect(format()).toEqual({
      id: 'resp_r-1',
      object: 'response',
      created_at: 1_700_000_000,
      status: 'completed',
      background: false,
      error: null,
      incomplete_details: null,
      instructions: null,
      max_output_tokens: null,
      metadata: {},
      model: 'lab-m',
      output: [
        {
          type: 'message',
          id: 'msg_r-1_0',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hello', annotations: [], logprobs: [] }],
        },
      ],
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      store: false,
      temperature: null,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_p: null,
      truncation: 'disabled',
      usage: null,
    });
  });

  it('echoes what it was asked, with the tools that were offered', () => {
    const asked = {
      instructions: 'Be brief',
      max_output_tokens: 9,
      metadata: { a: 'b' },
      parallel_tool_calls: false,
      temperature: 0.5,
      top_p: 0.5,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_object' } },
      tool_choice: 'none',
    };
    const tools = [{ type: 'function', name: 'f' }, { type: 'web_search' }];
    const offered = [{ type: 'function', name: 'f', description: null, parameters: null, strict: null }];
    expect(format({}, { ...asked, tools })).toMatchObject({ ...asked, tools: offered });
  });

  it('puts reasoning before text, and text before calls', () => {
    const toolCalls = [
      { id: 'a', name: 'f', arguments: { x: 1 } },
      { id: 'b', name: 'g', arguments: 'not json' },
    ];
    const { output, status } = format({ reasoning: 'hm', toolCalls, finishReason: 'tool_calls' });
    expect({ output, status }).toMatchObject({
      status: 'completed',
      output: [
        { type: 'reasoning', id: 'rs_r-1_0', summary: [{ type: 'summary_text', text: 'hm' }] },
        { type: 'message', id: 'msg_r-1_1' },
        {
          type: 'function_call',
          id: 'fc_r-1_2',
          call_id: 'a',
          name: 'f',
          arguments: '{"x":1}',
          status: 'completed',
        },
        { type: 'function_call', id: 'fc_r-1_3', call_id: 'b', name: 'g', arguments: 'not json' },
      ],
    });
  });

  it('has no items when the model said nothing', () => {
    expect(format({ content: '' }).output).toEqual([]);
  });

  it('carries everything that has to come back, even where there is no reasoning to show', () => {
    const toolCalls = [{ id: 'a', name: 'f', arguments: {}, providerMetadata: { lab: { b: 2 } } }];
    const [item] = format({ content: '', toolCalls, providerMetadata: { lab: { a: 1 } } }).output;
    expect(item).toMatchObject({ type: 'reasoning', summary: [] });
    expect(decodeCarrier(item?.encrypted_content ?? '')).toEqual({
      lakehouse: 1,
      answer: 'r-1',
      reasoning: [],
      metadata: { lab: { a: 1 } },
      calls: [{ id: 'a', metadata: { lab: { b: 2 } } }],
    });
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ] as const)('that ended with %s is incomplete, and so is its last item', (finishReason, reason) => {
    const call = { id: 'a', name: 'f', arguments: '{"x' };
    expect(format({ finishReason })).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason },
      output: [{ status: 'incomplete' }],
    });
    expect(format({ finishReason, toolCalls: [call] }).output).toMatchObject([
      { status: 'completed' },
      { status: 'incomplete' },
    ]);
  });

  it('that ended otherwise is complete', () => {
    expect(format({ finishReason: 'other' })).toMatchObject({
      status: 'completed',
      incomplete_details: null,
    });
  });

  it('lists warnings of request and provider, in the names of the body', () => {
    const own = [{ code: 'parameter-dropped', parameter: 'user', message: 'x' }] as const;
    const warnings = [
      { code: 'parameter-dropped', parameter: 'maxTokens', message: 'maxTokens was dropped' },
    ] as const;
    expect(format({ warnings }, {}, { warnings: own }).warnings).toEqual([
      ...own,
      { code: 'parameter-dropped', parameter: 'max_output_tokens', message: 'max_output_tokens was dropped' },
    ]);
  });
});

describe('the usage', () => {
  it('counts the cache as input, and reasoning as output', () => {
    const usage = { input: 10, cacheRead: 4, cacheWrite: 1, output: 5, reasoning: 2 };
    expect(format({ usage }).usage).toEqual({
      input_tokens: 15,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 22,
    });
  });

  it('has numbers throughout when one side is unknown, because readers demand them', () => {
    expect(format({ usage: { output: 5 } }).usage).toEqual({
      input_tokens: 0,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 5,
    });
  });

  it.each([[{}], [{ costUsd: 1 }], [{ output: 5, unit: 'words' as const }]])(
    'of no tokens is none: %j',
    (usage) => {
      expect(format({ usage }).usage).toBeNull();
    },
  );
});
