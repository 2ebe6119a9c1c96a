import { ChatError, type ErrorCode, errorTable } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { formatNativeError } from '../src/index.js';

const meta = { requestId: 'r-1' };

describe('the error body', () => {
  it('has the fields that are always known when nothing else is', () => {
    expect(formatNativeError(new ChatError('unreachable', 'connection refused'), meta)).toEqual({
      status: 502,
      headers: {},
      body: {
        error: {
          code: 'unreachable',
          message: 'connection refused',
          retryable: true,
          upstream_status: null,
          request_id: 'r-1',
        },
      },
    });
  });

  it('names path, phase, provider, model, upstream status and attempts when they are known', () => {
    const attempts = [{ provider: 'a', model: 'x', outcome: 'error', code: 'timeout', ms: 5 }] as const;
    const known = { path: 'messages[0].role', phase: 'idle', provider: 'a', model: 'x' } as const;
    const error = new ChatError('timeout', 'late', { ...known, upstreamStatus: 504, attempts });
    expect(formatNativeError(error, meta).body.error).toEqual({
      code: 'timeout',
      message: 'late',
      ...known,
      retryable: true,
      upstream_status: 504,
      request_id: 'r-1',
      attempts,
    });
  });

  it('speaks of a field of the body as it stands there, and of a parameter of a provider by its name there', () => {
    const say = (provider?: string) => {
      const error = new ChatError('unsupported', 'no "maxTokens" here', { path: 'maxTokens', provider });
      return formatNativeError(error, meta).body.error;
    };
    expect(say()).toMatchObject({ path: 'maxTokens', message: 'no "maxTokens" here' });
    expect(say('lab')).toMatchObject({ path: 'max_tokens', message: 'no "max_tokens" here' });
  });

  it('shows neither the cause nor the stack nor the body of the upstream', () => {
    const cause = new Error('SECRET-CAUSE');
    const error = new ChatError('internal', 'Internal error', { cause, bodyExcerpt: 'SECRET-BODY' });
    const { status, body } = formatNativeError(error, meta);
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/SECRET|stack|\.ts/);
  });
});

describe('the status', () => {
  it.each(Object.entries(errorTable))('of %s is that of the table', (code, { status }) => {
    expect(formatNativeError(new ChatError(code as ErrorCode, 'x'), meta).status).toBe(status);
  });

  it('is the one of the error itself where that is another', () => {
    expect(
      formatNativeError(new ChatError('invalid-request', 'too large', { status: 413 }), meta).status,
    ).toBe(413);
  });
});

describe('the headers', () => {
  const headersOf = (code: ErrorCode, options: ConstructorParameters<typeof ChatError>[2] = {}) =>
    formatNativeError(new ChatError(code, 'x', options), meta).headers;

  it.each([
    [0, '1', '0'],
    [1, '1', '1'],
    [1000, '1', '1000'],
    [1000.5, '2', '1001'],
    [61_000, '61', '61000'],
    [-5, '1', '0'],
  ])('say how long to wait: %d ms', (retryAfterMs, seconds, milliseconds) => {
    const expected = { 'retry-after': seconds, 'retry-after-ms': milliseconds };
    expect(headersOf('rate-limited', { retryAfterMs })).toEqual(expected);
    expect(headersOf('overloaded', { retryAfterMs })).toEqual(expected);
  });

  it('keep the wait of a used-up quota, but forbid to repeat', () => {
    expect(headersOf('quota-exceeded', { retryAfterMs: 5000 })).toEqual({
      'retry-after': '5',
      'retry-after-ms': '5000',
      'x-should-retry': 'false',
    });
  });

  it('say nothing of a wait that is unknown, or of another class', () => {
    expect(headersOf('rate-limited')).toEqual({});
    expect(headersOf('upstream-failure', { retryAfterMs: 5 })).toEqual({});
  });

  it.each<ErrorCode>([
    'unauthenticated',
    'model-not-found',
    'permission-denied',
    'internal',
    'invalid-request',
  ])('forbid to repeat %s, which SDKs would do after a 5xx', (code) => {
    expect(headersOf(code)).toEqual({ 'x-should-retry': 'false' });
  });

  it('follow the error where it overrides the table', () => {
    expect(headersOf('unreachable', { retryable: false })).toEqual({ 'x-should-retry': 'false' });
  });
});
