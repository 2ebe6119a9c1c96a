import { ChatError, type ErrorCode, errorTable } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { anthropicFront } from '../src/anthropic/front.js';
import type { ListedModel } from '../src/front.js';

const format = (error: ChatError) => {
  const { status, headers, body } = anthropicFront.formatError(error, { requestId: 'r-1' });
  return { status, headers, body: body as { error: { type: string; message: string } } };
};
const kindOf = (error: ChatError) => {
  const { status, body } = format(error);
  return `${status} ${body.error.type}`;
};

const kinds: Readonly<Record<ErrorCode, string>> = {
  'invalid-request': '400 invalid_request_error',
  unauthenticated: '502 api_error',
  'permission-denied': '403 permission_error',
  'model-not-found': '404 not_found_error',
  'provider-unavailable': '404 not_found_error',
  'context-too-long': '400 invalid_request_error',
  'content-filtered': '400 invalid_request_error',
  unsupported: '400 invalid_request_error',
  'rate-limited': '429 rate_limit_error',
  'quota-exceeded': '429 billing_error',
  overloaded: '529 overloaded_error',
  unreachable: '502 api_error',
  'bad-response': '502 api_error',
  'upstream-failure': '502 api_error',
  timeout: '504 timeout_error',
  aborted: '499 api_error',
  internal: '500 api_error',
};

describe('a failure', () => {
  it("has the protocol's shape, and the id of the request in body and headers", () => {
    expect(format(new ChatError('unreachable', 'connection refused'))).toEqual({
      status: 502,
      headers: { 'request-id': 'r-1' },
      body: { type: 'error', error: { type: 'api_error', message: 'connection refused' }, request_id: 'r-1' },
    });
  });

  it.each(Object.keys(errorTable) as ErrorCode[])('%s has its status and type', (code) => {
    expect(kindOf(new ChatError(code, 'x'))).toBe(kinds[code]);
  });

  it.each([
    ['invalid-request', 413, '413 request_too_large'],
    ['invalid-request', 415, '415 invalid_request_error'],
    ['invalid-request', 404, '404 not_found_error'],
    ['unauthenticated', 401, '401 authentication_error'],
    ['quota-exceeded', 402, '402 billing_error'],
    ['upstream-failure', 507, '507 api_error'],
  ] as const)('%s with a status %d of its own is %s', (code, status, expected) => {
    expect(kindOf(new ChatError(code, 'x', { status }))).toBe(expected);
  });

  it('says of a thread by its code that there is none: SDKs then send the whole conversation', () => {
    const refused = new ChatError('unsupported', 'thread: none', { path: 'thread' });
    expect(format(refused).body.error).toEqual({
      type: 'invalid_request_error',
      message: 'thread: none',
      details: { error_code: 'thread_unsupported_request' },
    });
    const other = new ChatError('unsupported', 'container: none', { path: 'container' });
    expect(format(other).body.error).not.toHaveProperty('details');
  });

  it('says whether and when to ask again', () => {
    expect(format(new ChatError('overloaded', 'x', { retryAfterMs: 1500 })).headers).toEqual({
      'request-id': 'r-1',
      'retry-after': '2',
      'retry-after-ms': '1500',
    });
    expect(format(new ChatError('quota-exceeded', 'x')).headers).toMatchObject({ 'x-should-retry': 'false' });
  });

  it('of a prompt that does not fit begins with the words that make clients compact it', () => {
    const messageOf = (message: string) =>
      format(new ChatError('context-too-long', message)).body.error.message;
    expect(messageOf('9 tokens > 8 maximum')).toBe('prompt is too long: 9 tokens > 8 maximum');
    expect(messageOf('Prompt is too long: 9 tokens')).toBe('Prompt is too long: 9 tokens');
  });

  it('always has a message, in the names of the body', () => {
    expect(format(new ChatError('internal', ' ')).body.error.message).toBe(errorTable.internal.meaning);
    const error = new ChatError('unsupported', 'lab: topK is not taken', { path: 'topK' });
    expect(format(error).body.error.message).toBe('lab: top_k is not taken');
  });

  it('shows neither the cause nor the body of the upstream', () => {
    const options = { cause: new Error('SECRET'), bodyExcerpt: 'SECRET' };
    expect(JSON.stringify(format(new ChatError('internal', 'Internal error', options)))).not.toContain(
      'SECRET',
    );
  });
});

const routeOf = (method: string, path: string) => {
  const route = anthropicFront.routes.find((item) => item.method === method && item.path === path);
  if (!route) throw new Error(`no route ${path}`);
  return route;
};
const input = { body: undefined, params: {}, headers: {} };

describe('the routes', () => {
  it('are these', () => {
    expect(anthropicFront.routes.map(({ kind, method, path }) => `${kind} ${method} ${path}`)).toEqual([
      'chat POST /v1/messages',
      'plain POST /v1/messages/count_tokens',
      'catalogue GET /v1/models',
      'catalogue GET /v1/models/*id',
    ]);
  });

  it('that other protocols have too are meant where the header says so', () => {
    for (const path of ['/v1/models', '/v1/models/*id']) {
      const { accepts } = routeOf('GET', path);
      expect(accepts?.({ 'anthropic-version': '2023-06-01' })).toBe(true);
      expect(accepts?.({ authorization: 'Bearer x' })).toBe(false);
    }
  });

  it('counting tokens is a clear 404, which clients answer with an estimate of their own', () => {
    const route = routeOf('POST', '/v1/messages/count_tokens');
    let caught: unknown;
    try {
      if (route.kind === 'plain') route.answer(input);
    } catch (error) {
      caught = error;
    }
    const { status, headers, body } = format(caught as ChatError);
    expect({ status, type: body.error.type, retry: headers['x-should-retry'] }).toEqual({
      status: 404,
      type: 'not_found_error',
      retry: 'false',
    });
    expect(body.error.message).toContain('counted');
  });
});

describe('the models', () => {
  const models: readonly ListedModel[] = [
    {
      id: 'a/b:free',
      provider: 'a',
      info: { id: 'b:free', displayName: 'B', contextWindow: 8, maxOutputTokens: 4 },
    },
    { id: 'tier' },
  ];
  const answer = (path: string, params: Record<string, string> = {}, listed = models): unknown => {
    const route = routeOf('GET', path);
    return route.kind === 'catalogue' ? route.answer(listed, { ...input, params }) : undefined;
  };
  const first = {
    type: 'model',
    id: 'a/b:free',
    display_name: 'B',
    created_at: '1970-01-01T00:00:00Z',
    max_input_tokens: 8,
    max_tokens: 4,
  };

  it('are one page', () => {
    expect(answer('/v1/models')).toEqual({
      data: [first, { ...first, id: 'tier', display_name: 'tier', max_input_tokens: null, max_tokens: null }],
      has_more: false,
      first_id: 'a/b:free',
      last_id: 'tier',
    });
    expect(answer('/v1/models', {}, [])).toEqual({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
  });

  it('are found by ids with slashes and colons', () => {
    expect(answer('/v1/models/*id', { id: 'a/b:free' })).toEqual(first);
    expect(() => answer('/v1/models/*id', { id: 'x' })).toThrow(
      expect.objectContaining({ code: 'model-not-found' }),
    );
  });
});
