import { ChatError, type ErrorCode, errorTable } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { formatOpenaiError } from '../src/openai/error.js';

type Options = ConstructorParameters<typeof ChatError>[2];
const format = (code: ErrorCode, message = 'x', options: Options = {}) =>
  formatOpenaiError(new ChatError(code, message, options));

/** Status, type and code of each class. */
const rows: Readonly<Record<ErrorCode, readonly [number, string, string]>> = {
  'invalid-request': [400, 'invalid_request_error', 'invalid_value'],
  unauthenticated: [502, 'api_error', 'upstream_auth'],
  'permission-denied': [403, 'permission_error', 'permission_denied'],
  'model-not-found': [404, 'invalid_request_error', 'model_not_found'],
  'provider-unavailable': [404, 'invalid_request_error', 'provider_unavailable'],
  'context-too-long': [400, 'invalid_request_error', 'context_length_exceeded'],
  'content-filtered': [400, 'invalid_request_error', 'content_filter'],
  unsupported: [400, 'invalid_request_error', 'unsupported_value'],
  'rate-limited': [429, 'rate_limit_error', 'rate_limit_exceeded'],
  'quota-exceeded': [429, 'insufficient_quota', 'insufficient_quota'],
  overloaded: [503, 'server_error', 'overloaded'],
  unreachable: [502, 'server_error', 'connection'],
  'bad-response': [502, 'server_error', 'bad_upstream_response'],
  'upstream-failure': [502, 'server_error', 'upstream_error'],
  timeout: [504, 'timeout', 'timeout'],
  aborted: [499, 'server_error', 'aborted'],
  internal: [500, 'server_error', 'internal_error'],
};

describe('an error', () => {
  it.each(Object.keys(errorTable) as ErrorCode[])('%s has its own status, type and code', (name) => {
    const [status, type, code] = rows[name];
    const answer = format(name);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error: { message: 'x', type, param: null, code } });
  });

  it('has the status of the error itself where that is another', () => {
    expect(format('invalid-request', 'too large', { status: 413 }).status).toBe(413);
  });

  it('calls the key of the caller wrong only when it is', () => {
    expect(format('unauthenticated', 'no key', { status: 401 })).toMatchObject({
      status: 401,
      body: { error: { type: 'invalid_request_error', code: 'invalid_api_key' } },
    });
  });

  it.each([
    ['maxTokens', 'maxTokens is too large', 'max_tokens', 'max_tokens is too large'],
    ['format', 'format: no schema', 'response_format', 'response_format: no schema'],
    ['messages[0].toolCallId', 'x', 'messages[0].tool_call_id', 'x'],
    ['provider_options.Lab', 'x', 'provider_options.Lab', 'x'],
  ])('names the field %s as the body does', (path, message, param, text) => {
    expect(format('invalid-request', message, { path }).body).toMatchObject({
      error: { param, message: text },
    });
  });

  it('always says something', () => {
    expect(format('timeout', ' ').body).toMatchObject({ error: { message: errorTable.timeout.meaning } });
  });

  it('shows neither the cause nor the body of the upstream', () => {
    const options = { cause: new Error('SECRET'), bodyExcerpt: 'SECRET' };
    expect(JSON.stringify(format('internal', 'Internal error', options))).not.toMatch(/SECRET|stack|\.ts/);
  });

  it('says when to ask again, and forbids what is of no use: the SDKs repeat every 429 and 5xx', () => {
    expect(format('rate-limited', 'x', { retryAfterMs: 1500 }).headers).toEqual({
      'retry-after': '2',
      'retry-after-ms': '1500',
    });
    expect(format('quota-exceeded').headers).toEqual({ 'x-should-retry': 'false' });
    expect(format('model-not-found').headers).toEqual({ 'x-should-retry': 'false' });
    expect(format('overloaded').headers).toEqual({});
  });
});
