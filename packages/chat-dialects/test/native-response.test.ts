import type { ChatResponse } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { formatNativeResponse, type NativeResponseMeta, parseNativeRequest } from '../src/index.js';

const meta: NativeResponseMeta = {
  id: 'chat_1',
  provider: 'lab',
  latencyMs: 812.44,
  attempts: [{ provider: 'lab', model: 'm', outcome: 'ok', ms: 812.1 }],
};
const least: ChatResponse = { model: 'm', content: '', finishReason: 'stop' };

/** As its reader gets it. */
const answerOf = (response: ChatResponse, given: NativeResponseMeta): unknown =>
  JSON.parse(JSON.stringify(formatNativeResponse(response, given)));

describe('the whole answer', () => {
  it('has only the fields that are always known when nothing else is', () => {
    expect(answerOf(least, { ...meta, attempts: [] })).toStrictEqual({
      id: 'chat_1',
      model: 'm',
      provider: 'lab',
      content: '',
      finish_reason: 'stop',
      latency_ms: 812.4,
    });
  });

  it('has everything in snake_case, what a client reads first at the top', () => {
    const answer = formatNativeResponse(
      {
        responseId: 'up-1',
        model: 'm',
        content: 'Hello',
        reasoning: 'hm',
        reasoningSegments: [{ text: 'hm', signature: 's' }],
        toolCalls: [
          { id: 'c', name: 'f', arguments: { aB: 1 }, providerMetadata: { p: { sT: 1 } } },
          { id: 'd', name: 'g', arguments: '{"cut' },
        ],
        finishReason: 'tool_calls',
        rawFinishReason: 'function_call',
        usage: { input: 10, cacheRead: 2, cacheWrite: 0, output: 4, reasoning: 1, costUsd: 0.0001 },
        providerMetadata: { lab: { stateId: 'x' } },
      },
      meta,
    );
    expect(JSON.parse(JSON.stringify(answer))).toStrictEqual({
      id: 'chat_1',
      model: 'm',
      provider: 'lab',
      content: 'Hello',
      reasoning: 'hm',
      reasoning_segments: [{ text: 'hm', signature: 's' }],
      tool_calls: [
        { id: 'c', name: 'f', arguments: { aB: 1 }, provider_metadata: { p: { sT: 1 } } },
        { id: 'd', name: 'g', arguments: '{"cut' },
      ],
      response_id: 'up-1',
      finish_reason: 'tool_calls',
      raw_finish_reason: 'function_call',
      input_tokens: 12,
      output_tokens: 5,
      usage: { input: 10, cache_read: 2, cache_write: 0, output: 4, reasoning: 1, cost_usd: 0.0001 },
      latency_ms: 812.4,
      attempts: [{ provider: 'lab', model: 'm', outcome: 'ok', ms: 812.1 }],
      provider_metadata: { lab: { stateId: 'x' } },
    });
    expect(Object.keys(answer).slice(0, 4)).toEqual(['id', 'model', 'provider', 'content']);
  });

  it('has zero where the upstream said zero, and nothing where it said nothing', () => {
    expect(formatNativeResponse({ ...least, usage: { input: 0 } }, meta)).toMatchObject({
      input_tokens: 0,
      usage: { input: 0 },
    });
    const silent = answerOf({ ...least, usage: {} }, meta);
    for (const field of ['usage', 'input_tokens', 'output_tokens']) expect(silent).not.toHaveProperty(field);
  });

  it('has no token counts when the upstream counted something else', () => {
    const answer = answerOf({ ...least, usage: { input: 3, output: 4, unit: 'words' } }, meta);
    expect(answer).toMatchObject({ usage: { input: 3, output: 4, unit: 'words' } });
    expect(answer).not.toHaveProperty('input_tokens');
    expect(answer).not.toHaveProperty('output_tokens');
  });

  it("lists the request's warnings first, and names parameters as the caller wrote them", () => {
    const { warnings } = parseNativeRequest({
      model: 'm',
      messages: [{ role: 'user', content: '' }],
      someField: 1,
    });
    const dropped = (parameter: string) => ({ code: 'parameter-dropped', parameter, message: 'x' }) as const;
    const names = ['topK', 'messages[0].content[1].mediaType', 'providerOptions.labOne.numCtx', 'strict'];
    const other = { code: 'other', message: 'about nothing in particular' } as const;
    const answer = formatNativeResponse(
      { ...least, warnings: [...names.map(dropped), other] },
      { ...meta, warnings },
    );
    expect(answer.warnings?.map(({ parameter }) => parameter)).toEqual([
      'someField',
      'top_k',
      'messages[0].content[1].media_type',
      'provider_options.labOne.numCtx',
      'strict',
      undefined,
    ]);
  });

  it('keeps the code of failed attempts', () => {
    const failed = { provider: 'a', model: 'x', outcome: 'error', code: 'overloaded', ms: 1 } as const;
    const answer = formatNativeResponse(least, { ...meta, attempts: [failed, ...meta.attempts] });
    expect(answer.attempts).toEqual([failed, meta.attempts[0]]);
  });
});
