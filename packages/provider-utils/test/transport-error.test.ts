import { ChatError } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { toTransportError } from '../src/index.js';

const { signal } = new AbortController();
const where = { provider: 'example', model: 'm', signal };
const coded = (code: string): Error => Object.assign(new Error('text of the socket'), { code });

/** Code of the socket → our code, whether the same target is worth another call, and the phase. */
const requestRows: readonly (readonly [string, string, boolean, string?])[] = [
  ['ECONNREFUSED', 'unreachable', true],
  ['ENETUNREACH', 'unreachable', true],
  ['EHOSTUNREACH', 'unreachable', true],
  ['ENOTFOUND', 'unreachable', false],
  ['EAI_AGAIN', 'unreachable', true],
  ['ECONNRESET', 'unreachable', true],
  ['EPIPE', 'unreachable', true],
  ['UND_ERR_SOCKET', 'unreachable', true],
  ['UND_ERR_DESTROYED', 'unreachable', false],
  ['UND_ERR_CLOSED', 'unreachable', false],
  ['UND_ERR_INVALID_ARG', 'provider-unavailable', false],
  ['ETIMEDOUT', 'timeout', true, 'connect'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout', true, 'connect'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout', true, 'first-content'],
  ['UND_ERR_HEADERS_OVERFLOW', 'bad-response', true],
  ['HPE_INVALID_CONSTANT', 'bad-response', true],
  ['CERT_HAS_EXPIRED', 'unreachable', false],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unreachable', false],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'unreachable', false],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unreachable', false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'unreachable', false],
  ['EPROTO', 'unreachable', false],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'unreachable', false],
];

const bodyRows: readonly (readonly [string, string, boolean, string?])[] = [
  ['ECONNRESET', 'bad-response', true],
  ['ETIMEDOUT', 'bad-response', true],
  ['EPIPE', 'bad-response', true],
  ['UND_ERR_SOCKET', 'bad-response', true],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'bad-response', true],
  ['HPE_INVALID_CHUNK_SIZE', 'bad-response', true],
  ['Z_BUF_ERROR', 'bad-response', true],
  ['Z_DATA_ERROR', 'bad-response', true],
  ['ERR_STREAM_PREMATURE_CLOSE', 'bad-response', true],
  ['UND_ERR_BODY_TIMEOUT', 'timeout', true, 'idle'],
];

describe.each([
  { stage: 'request', rows: requestRows },
  { stage: 'body', rows: bodyRows },
] as const)('in stage $stage', ({ stage, rows }) => {
  it.each(rows.map(([code, expected, retryable, phase]) => ({ code, expected, retryable, phase })))(
    '$code is $expected',
    ({ code, expected, retryable, phase }) => {
      const error = toTransportError(coded(code), { ...where, stage });
      expect(error).toMatchObject({ code: expected, retryable, phase, provider: 'example', model: 'm' });
      expect(error.message).toMatch(new RegExp(`^example .*\\(${code}\\)$`));
      expect(error.cause).toBeInstanceOf(Error);
    },
  );
});

describe('a connection that an earlier call had left open', () => {
  const reused = { ...where, stage: 'request', reused: true } as const;

  it.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])('%s is repeated at once', (code) => {
    expect(toTransportError(coded(code), reused)).toMatchObject({
      code: 'unreachable',
      message: `example closed a kept-alive connection before it answered (${code})`,
      retryable: true,
      retryAfterMs: 0,
    });
    for (const other of [{ ...reused, stage: 'body' } as const, { ...reused, reused: false }]) {
      expect(toTransportError(coded(code), other).retryAfterMs).toBeUndefined();
    }
  });

  const others = requestRows.filter(([code]) => !['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code));
  it.each(others.map(([code]) => code))('makes no difference to %s', (code) => {
    const error = toTransportError(coded(code), reused);
    expect(error.message).toBe(toTransportError(coded(code), { ...where, stage: 'request' }).message);
    expect(error.retryAfterMs).toBeUndefined();
  });
});

describe('toTransportError', () => {
  it('looks into what a failure wraps', () => {
    const several = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]);
    expect(toTransportError(several, { ...where, stage: 'request' }).message).toContain('ECONNREFUSED');
    const wrapped = new Error('fetch failed', { cause: coded('ENOTFOUND') });
    expect(toTransportError(wrapped, { ...where, stage: 'request' }).retryable).toBe(false);
  });

  it('lets the caller go before everything else', () => {
    const aborted = { ...where, signal: AbortSignal.abort(), stage: 'body' } as const;
    expect(toTransportError(coded('ECONNRESET'), aborted).code).toBe('aborted');
    const reason = new ChatError('timeout', 'too late', { phase: 'total' });
    const timed = { ...where, signal: AbortSignal.abort(reason), stage: 'body' } as const;
    expect(toTransportError(coded('ECONNRESET'), timed)).toBe(reason);
  });

  it('passes a ChatError on', () => {
    const error = new ChatError('internal', 'x');
    expect(toTransportError(error, { ...where, stage: 'body' })).toBe(error);
  });

  it('takes an error without a code for a defect, which no retry mends', () => {
    expect(toTransportError(new TypeError('x is not a function'), { ...where, stage: 'body' }).code).toBe(
      'internal',
    );
    expect(toTransportError('thrown text', { ...where, stage: 'request' }).code).toBe('internal');
  });
});
