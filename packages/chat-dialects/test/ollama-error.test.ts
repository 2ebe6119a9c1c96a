import { ChatError, type ErrorCode, errorTable } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { ollamaFront } from '../src/ollama/front.js';

const format = (code: ErrorCode, message = 'x', options: ConstructorParameters<typeof ChatError>[2] = {}) =>
  ollamaFront.formatError(new ChatError(code, message, options), { requestId: 'r-1' });

/** Every code of the contract; a new one has to be decided on here. */
const statuses: Readonly<Record<ErrorCode, number>> = {
  'invalid-request': 400,
  unauthenticated: 502, // the upstream's key: the caller's own is fine
  'permission-denied': 403,
  'model-not-found': 404,
  'provider-unavailable': 404,
  'context-too-long': 400,
  'content-filtered': 400,
  unsupported: 400,
  'rate-limited': 429,
  'quota-exceeded': 429,
  overloaded: 503,
  unreachable: 502,
  'bad-response': 502,
  'upstream-failure': 502,
  timeout: 504,
  aborted: 499,
  internal: 500,
};

describe('an error', () => {
  it('has a status for every code', () => {
    expect(Object.keys(statuses).sort()).toEqual(Object.keys(errorTable).sort());
  });

  it.each(Object.entries(statuses))('of code %s has the status %d and is a text', (code, status) => {
    const answer = format(code as ErrorCode, 'what happened');
    expect(answer).toMatchObject({ status, body: { error: 'what happened' } });
    expect(Object.keys(answer.body as object)).toEqual(['error']);
  });

  it('keeps a status of its own: a body that is too large, the wrong key of a caller', () => {
    expect(format('invalid-request', 'too large', { status: 413 }).status).toBe(413);
    expect(format('unauthenticated', 'wrong key', { status: 401 }).status).toBe(401);
  });

  it('is never an empty text', () => {
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      expect(format(code, ' ').body).toEqual({ error: errorTable[code].meaning });
    }
  });

  it('speaks of parameters in the names of the body', () => {
    expect(format('unsupported', 'lab: maxTokens is too much', { path: 'maxTokens' }).body).toEqual({
      error: 'lab: options.num_predict is too much',
    });
    const own = 'options.top_p: expected number, received string';
    expect(format('invalid-request', own, { path: 'options.top_p' }).body).toEqual({ error: own });
  });

  it('says when to ask again', () => {
    expect(format('rate-limited', 'x', { retryAfterMs: 1500 }).headers).toEqual({
      'retry-after': '2',
      'retry-after-ms': '1500',
    });
    expect(format('model-not-found').headers).toEqual({ 'x-should-retry': 'false' });
  });

  it('shows neither the cause nor the body of the upstream', () => {
    const answer = format('internal', 'Internal error', {
      cause: new Error('SECRET'),
      bodyExcerpt: 'SECRET',
    });
    expect(JSON.stringify(answer)).not.toContain('SECRET');
  });
});
