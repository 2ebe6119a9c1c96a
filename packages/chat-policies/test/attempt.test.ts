import { ChatError } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { recordAttempt } from '../src/index.js';
import { contextOf, end, read, request, script, start, text } from './support/handlers.js';

const around = recordAttempt({ provider: 'p', model: 'm' });

describe('the trail', () => {
  it('gets one "ok" when the answer is complete, with its milliseconds', async () => {
    const context = contextOf();
    const { events } = await read(around(script(start, 20, text('a'), end))(request, context));
    expect(events).toEqual([start, text('a'), end]);
    expect(context.attempts).toEqual([{ provider: 'p', model: 'm', outcome: 'ok', ms: expect.any(Number) }]);
    const ms = context.attempts[0]?.ms ?? 0;
    expect(ms).toBeGreaterThanOrEqual(18);
    expect(ms * 10).toBeCloseTo(Math.round(ms * 10), 6);
  });

  it('gets the code of a failure', async () => {
    const context = contextOf();
    await read(around(script(start, new ChatError('overloaded', 'full')))(request, context));
    expect(context.attempts).toMatchObject([{ outcome: 'error', code: 'overloaded' }]);
  });

  it('gets the phase of a timeout', async () => {
    const context = contextOf();
    await read(around(script(start, new ChatError('timeout', 'late', { phase: 'idle' })))(request, context));
    expect(context.attempts).toMatchObject([{ outcome: 'error', code: 'timeout', phase: 'idle' }]);
  });

  it('gets "aborted" when the caller leaves', async () => {
    const context = contextOf();
    const reading = read(around(script(start, 60_000, end))(request, context));
    setTimeout(context.abort, 5);
    expect((await reading).error).toMatchObject({ code: 'aborted', provider: 'p' });
    expect(context.attempts).toMatchObject([{ outcome: 'aborted' }]);
    expect(context.attempts[0]).not.toHaveProperty('code');
  });

  it('gets "aborted" when the consumer stops reading, and the inner stream is closed', async () => {
    const context = contextOf();
    const inner = script(start, text('a'), text('b'), end);
    for await (const event of around(inner)(request, context)) if (event.type === 'text-delta') break;
    expect(context.attempts).toMatchObject([{ outcome: 'aborted' }]);
    expect(inner.closed).toBe(1);
  });

  it('gets "ok" when the consumer stops reading at response-end', async () => {
    const context = contextOf();
    for await (const event of around(script(start, end))(request, context)) {
      if (event.type === 'response-end') break;
    }
    expect(context.attempts).toMatchObject([{ outcome: 'ok' }]);
  });

  it('gets the reason of an outer limit, also when that limit closes the stream from outside', async () => {
    const late = new ChatError('timeout', 'late', { phase: 'total' });
    const context = contextOf();
    for await (const _ of around(script(start, text('a'), end))(request, context)) {
      context.abort(late);
      break;
    }
    expect(context.attempts).toMatchObject([{ outcome: 'error', code: 'timeout' }]);
  });

  it('gets nothing before the first pull', () => {
    const context = contextOf();
    const inner = script(start, end);
    around(inner)(request, context);
    expect([inner.calls.length, context.attempts.length]).toEqual([0, 0]);
  });

  it('may be absent', async () => {
    const { attempts: _, ...context } = contextOf();
    expect((await read(around(script(start, end))(request, context))).events).toHaveLength(2);
  });
});

describe('errors', () => {
  it('get provider and model where they have none, and keep everything else', async () => {
    const cause = new Error('socket');
    const error = new ChatError('rate-limited', 'slow down', { retryAfterMs: 5, retryable: false, cause });
    const outcome = await read(around(script(error))(request, contextOf()));
    expect(outcome.error).toMatchObject({
      code: 'rate-limited',
      message: 'slow down',
      provider: 'p',
      model: 'm',
      retryAfterMs: 5,
      retryable: false,
      cause,
      stack: error.stack,
    });
  });

  it('stay the same object when they name both', async () => {
    const error = new ChatError('overloaded', 'full', { provider: 'inner', model: 'x' });
    expect((await read(around(script(error))(request, contextOf()))).error).toBe(error);
  });

  it('of another kind become ChatErrors', async () => {
    const context = contextOf();
    const broken = around(async function* () {
      yield start;
      throw new TypeError('x is not a function');
    });
    expect((await read(broken(request, context))).error).toMatchObject({ code: 'internal', provider: 'p' });
    expect(context.attempts).toMatchObject([{ outcome: 'error', code: 'internal' }]);
  });

  it('include the stream that stops without response-end', async () => {
    const context = contextOf();
    const outcome = await read(around(script(start, text('half')))(request, context));
    expect(outcome.error).toMatchObject({ code: 'bad-response', provider: 'p', model: 'm' });
    expect(context.attempts).toMatchObject([{ outcome: 'error', code: 'bad-response' }]);
  });
});
