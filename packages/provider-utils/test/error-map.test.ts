import { inspect } from 'node:util';
import { Secret } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { redact, toFrameError } from '../src/index.js';
import { httpError, openAi } from './support/fault.js';

const key = 'sk-canary-1234567890';
const secret = new Secret(key);

describe('rules of an upstream', () => {
  it('go before the common ones, the first that fits wins, and all its conditions must hold', async () => {
    const rules = [
      { status: 401, words: /no such plan/, machineCode: 'PlanError', code: 'quota-exceeded' },
      {
        status: [401, 403],
        machineCode: ['ModelError'],
        code: 'model-not-found',
        reroutable: false,
        callerStatus: 404,
      },
      { status: 401, words: /busy/, code: 'overloaded', retryable: false },
    ] as const;
    expect((await httpError(401, openAi('no such plan', 'PlanError'), { rules })).code).toBe(
      'quota-exceeded',
    );
    expect((await httpError(401, openAi('no such plan'), { rules })).code).toBe('unauthenticated');
    expect(await httpError(403, openAi('x', 'ModelError'), { rules })).toMatchObject({
      code: 'model-not-found',
      reroutable: false,
      status: 404,
    });
    expect(await httpError(401, openAi('busy'), { rules })).toMatchObject({
      code: 'overloaded',
      retryable: false,
    });
    expect(toFrameError(openAi('busy'), { provider: 'example', rules }).code).toBe('overloaded');
  });

  it('that name a status alone say nothing about an error without one', () => {
    const rules = [{ status: 500, code: 'overloaded' }] as const;
    expect(toFrameError(openAi('x'), { provider: 'example', rules }).code).toBe('upstream-failure');
  });
});

describe('an error keeps', () => {
  it("the upstream's request id", async () => {
    for (const name of ['x-request-id', 'x-trace-id', 'x-generation-id']) {
      expect((await httpError(500, '', { headers: { [name]: 'req_1' } })).upstreamRequestId).toBe('req_1');
    }
    expect(
      (await httpError(500, '', { headers: { 'x-request-id': 'x'.repeat(999) } })).upstreamRequestId,
    ).toHaveLength(128);
  });

  it('the wait; one of hours is a used-up plan, whatever the upstream calls it', async () => {
    expect(await httpError(429, '', { headers: { 'retry-after': '30' } })).toMatchObject({
      code: 'rate-limited',
      retryAfterMs: 30_000,
    });
    expect(await httpError(429, '', { headers: { 'retry-after': '3600' } })).toMatchObject({
      code: 'quota-exceeded',
      retryable: false,
      retryAfterMs: 3_600_000,
    });
    expect(await httpError(503, '', { headers: { 'retry-after': '7200' } })).toMatchObject({
      code: 'overloaded',
    });
    expect(await httpError(429, openAi('Rate limit reached. Please try again in 6h12m'))).toMatchObject({
      code: 'quota-exceeded',
    });
  });

  it("Google's retryDelay", async () => {
    const body = [
      {
        error: {
          code: 429,
          message: 'Resource has been exhausted',
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }],
        },
      },
    ];
    expect(await httpError(429, body)).toMatchObject({ code: 'rate-limited', retryAfterMs: 34_400 });
  });

  it('the phase of a timeout', async () => {
    expect(await httpError(504, '')).toMatchObject({ code: 'timeout', phase: 'upstream', status: 504 });
  });

  it('status 413 for a request that is too large', async () => {
    expect(await httpError(413, '')).toMatchObject({ code: 'invalid-request', status: 413 });
  });
});

describe('a body that is no error', () => {
  it.each([
    ['<html><title>Oops</title></html>', 'example answered 500 with an HTML page: "Oops"', 'Oops'],
    ['<html></html>', 'example answered 500 with a page of markup instead of an answer', undefined],
    [' \n', 'example answered 500 with an empty body', undefined],
  ])('%j is said to be what it is', async (body, message, bodyExcerpt) => {
    const error = await httpError(500, body);
    expect([error.message, error.bodyExcerpt]).toEqual([message, bodyExcerpt]);
  });
});

describe('a redirect', () => {
  it.each([
    ['https://login.example.com/sign-in?key=x', ' to https://login.example.com/sign-in;'],
    ['/relative', ';'],
    [`https://example.com/${key}`, ' to https://example.com/[redacted];'],
  ])('to %s is an error that says so, without the query', async (location, expected) => {
    const error = await httpError(302, '<html>moved, overloaded</html>', { headers: { location }, secret });
    expect(error).toMatchObject({
      code: 'upstream-failure',
      retryable: false,
      reroutable: true,
      upstreamStatus: 302,
    });
    expect(error.message).toContain(expected);
    expect(error.message).toContain('base URL');
  });
});

describe('a key that the upstream repeats', () => {
  const bodies: Readonly<Record<string, unknown>> = {
    'in a message': openAi(`Incorrect API key provided: ${key}.`, key),
    'in text': `wrong key ${key}`,
    'in a page': `<html><title>${key}</title></html>`,
    'where the excerpt ends': openAi(`${'x'.repeat(290)}${key}${'y'.repeat(50)}`),
    'in JSON inside of JSON': openAi(JSON.stringify({ error: { message: `key ${key}` } })),
  };

  it.each(Object.entries(bodies))('is taken out %s', async (_, body) => {
    const headers = { 'x-request-id': `id-${key}` };
    const errors = [
      await httpError(500, body, { secret, headers }),
      toFrameError(body, { provider: 'example', secret, headers }),
    ];
    for (const error of errors) {
      const prints = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), error.message];
      for (const print of prints) expect(print).not.toContain(key.slice(0, 12));
    }
  });

  it('is not looked for when it is no more than a placeholder', () => {
    expect(redact('an example', new Secret('x'))).toBe('an example');
    expect(redact('an example', new Secret(''))).toBe('an example');
    expect(redact('a b', undefined)).toBe('a b');
    expect(redact(`${key}, ${key}`, secret)).toBe('[redacted], [redacted]');
  });
});
