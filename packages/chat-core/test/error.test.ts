import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { ChatError, type ErrorCode, errorTable, isChatError, toChatError } from '../src/index.js';

const aborted = (reason?: unknown): AbortSignal => AbortSignal.abort(reason);

describe('the error table', () => {
  it('has a row for every code of the contract', () => {
    expect(
      Object.entries(errorTable).map(
        ([code, { status, retryable, reroutable }]) =>
          `${code} ${status}${retryable ? ' retryable' : ''}${reroutable ? ' reroutable' : ''}`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "invalid-request 400",
        "unauthenticated 502 reroutable",
        "permission-denied 403 reroutable",
        "model-not-found 502 reroutable",
        "provider-unavailable 404 reroutable",
        "context-too-long 400 reroutable",
        "content-filtered 400",
        "unsupported 400 reroutable",
        "rate-limited 429 retryable reroutable",
        "quota-exceeded 429 reroutable",
        "overloaded 503 retryable reroutable",
        "unreachable 502 retryable reroutable",
        "bad-response 502 retryable reroutable",
        "upstream-failure 502 retryable reroutable",
        "timeout 504 retryable reroutable",
        "aborted 499",
        "internal 500",
      ]
    `);
    expectTypeOf<keyof typeof errorTable>().toEqualTypeOf<ErrorCode>();
  });

  it('explains every code in a sentence', () => {
    for (const { meaning } of Object.values(errorTable)) expect(meaning).toMatch(/^[A-Z].+\.$/);
  });

  it('lets no class be retryable that another target could not take', () => {
    for (const { retryable, reroutable } of Object.values(errorTable)) {
      expect(retryable && !reroutable).toBe(false);
    }
  });
});

describe('ChatError', () => {
  it('takes its columns from the table, and an upstream that told more overrides them', () => {
    expect(new ChatError('timeout', 'late', { phase: 'idle' })).toMatchObject({
      status: 504,
      retryable: true,
      reroutable: true,
      phase: 'idle',
    });
    const errors = new ChatError('rate-limited', 'x', { status: 529, retryable: false, reroutable: false });
    expect(errors).toMatchObject({ status: 529, retryable: false, reroutable: false });
  });

  it('is recognised across two installed copies of the package', async () => {
    vi.resetModules();
    const second = await import('../src/index.js');
    expect(second.ChatError).not.toBe(ChatError);
    const foreign = new second.ChatError('overloaded', 'full');
    expect(foreign instanceof ChatError).toBe(false);
    expect(isChatError(foreign)).toBe(true);
    expect(second.isChatError(new ChatError('overloaded', 'full'))).toBe(true);
    expect(toChatError(foreign)).toBe(foreign);
  });

  it.each([[null], [undefined], ['overloaded'], [new Error('overloaded')], [{ code: 'overloaded' }]])(
    'is not taken for %o',
    (value) => {
      expect(isChatError(value)).toBe(false);
    },
  );
});

describe('toChatError', () => {
  it('keeps a ChatError as it is', () => {
    const error = new ChatError('unsupported', 'no images');
    expect(toChatError(error, { provider: 'p' })).toBe(error);
  });

  it('takes any failure under an aborted signal for the caller leaving', () => {
    const socket = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const error = toChatError(socket, { signal: aborted(), provider: 'p', model: 'm' });
    expect(error).toMatchObject({ code: 'aborted', provider: 'p', model: 'm', cause: socket });
    expect(toChatError(new ChatError('unreachable', 'reset'), { signal: aborted() }).code).toBe('aborted');
    expect(toChatError(new Error('x'), { signal: aborted('went home') }).code).toBe('aborted');
  });

  it('gives the ChatError that a signal was aborted with, whatever was thrown', () => {
    const reason = new ChatError('timeout', 'late', { phase: 'total' });
    expect(toChatError(new Error('socket hang up'), { signal: aborted(reason) })).toBe(reason);
    expect(toChatError(new ChatError('unreachable', 'reset'), { signal: aborted(reason) })).toBe(reason);
  });

  it('is not misled by a signal that is not aborted', () => {
    const { signal } = new AbortController();
    expect(toChatError(new Error('boom'), { signal }).code).toBe('internal');
  });

  it.each([
    ['AbortError', 'aborted'],
    ['TimeoutError', 'timeout'],
  ])('takes a stray %s for %s', (name, code) => {
    expect(toChatError(new DOMException('gone', name)).code).toBe(code);
  });

  it.each([['text'], [undefined], [{ secret: 'sk-1' }], [new TypeError('x is not a function')]])(
    'takes %o for a defect and shows nothing of it',
    (value) => {
      const error = toChatError(value, { provider: 'p' });
      expect(error).toMatchObject({ code: 'internal', message: 'Internal error', provider: 'p' });
    },
  );
});
