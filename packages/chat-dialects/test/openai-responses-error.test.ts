import { ChatError, type ErrorCode, errorTable, isChatError } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { toFailure } from '../src/openai-responses/error.js';
import { openaiResponsesFront } from '../src/openai-responses/front.js';

const format = (error: ChatError) => openaiResponsesFront.formatError(error, { requestId: 'r-1' });
const codes = Object.keys(errorTable) as ErrorCode[];

describe('an error', () => {
  it.each(codes)('%s has the shape that the SDKs read, and words of its own', (code) => {
    const { status, body } = format(new ChatError(code, 'what happened'));
    expect(status).toBe(code === 'model-not-found' ? 404 : errorTable[code].status);
    expect(body).toEqual({
      error: {
        message: 'what happened',
        type: expect.stringMatching(/^[a-z_]+$/) as unknown,
        param: null,
        code: expect.stringMatching(/^[a-z_]+$/) as unknown,
      },
    });
    expect(toFailure(new ChatError(code, 'x')).code).toMatch(/^[a-z_]+$/);
  });

  it('has a message in every case', () => {
    expect(format(new ChatError('timeout', ' ')).body).toMatchObject({ error: { message: /./ } });
  });

  it.each([
    ['maxTokens', 'max_output_tokens', 'max_output_tokens is too high'],
    ['think', 'reasoning.effort', 'reasoning.effort is too high'],
    ['format', 'text.format', 'text.format is too high'],
    ['messages[3].content[0]', 'input', 'input is too high'],
    ['input[3].content', 'input[3].content', 'input[3].content is too high'],
    ['text.format.schema', 'text.format.schema', 'text.format.schema is too high'],
    ['max_output_tokens', 'max_output_tokens', 'max_output_tokens is too high'],
  ])('speaks of %s as %s', (path, param, message) => {
    const error = new ChatError('unsupported', `${path} is too high`, { path });
    expect(format(error).body).toMatchObject({ error: { param, message } });
  });

  it('says whether and when to ask again', () => {
    expect(format(new ChatError('rate-limited', 'x', { retryAfterMs: 1500 })).headers).toEqual({
      'retry-after': '2',
      'retry-after-ms': '1500',
    });
    expect(format(new ChatError('quota-exceeded', 'x')).headers).toEqual({ 'x-should-retry': 'false' });
  });

  it.each<[ErrorCode, string]>([
    ['context-too-long', 'context_length_exceeded'],
    ['quota-exceeded', 'insufficient_quota'],
    ['rate-limited', 'rate_limit_exceeded'],
    ['overloaded', 'server_is_overloaded'],
    ['unsupported', 'invalid_prompt'],
    ['bad-response', 'server_error'],
  ])('%s in a stream has the word that Codex acts on: %s', (code, word) => {
    expect(toFailure(new ChatError(code, 'x')).code).toBe(word);
  });
});

const refusalOf = (method: string, path: string): ChatError => {
  const route = openaiResponsesFront.routes.find((one) => one.method === method && one.path === path);
  if (route?.kind !== 'plain') throw new Error(`no plain route ${method} ${path}`);
  try {
    route.answer({ body: undefined, params: { id: 'resp_7' }, headers: {} });
  } catch (error) {
    if (isChatError(error)) return error;
    throw error;
  }
  throw new Error('not refused');
};

describe('an answer of before', () => {
  it.each([
    ['GET', '/v1/responses/:id'],
    ['DELETE', '/v1/responses/:id'],
    ['GET', '/v1/responses/:id/input_items'],
    ['POST', '/v1/responses/:id/cancel'],
    ['GET', '/responses/:id'],
  ])('is not found, and the message says that nothing is stored: %s %s', (method, path) => {
    const error = refusalOf(method, path);
    expect(format(error)).toMatchObject({
      status: 404,
      body: {
        error: { type: 'invalid_request_error', message: /"resp_7" not found: answers are not stored here/ },
      },
    });
  });

  it('GET without an id is answered quickly, for clients that try a WebSocket first', () => {
    expect(format(refusalOf('GET', '/v1/responses')).status).toBe(405);
  });
});
