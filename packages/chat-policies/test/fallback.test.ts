import { ChatError, type ChatErrorOptions, type ErrorCode } from '@lakehouse/chat-core';
import { describe, expect, it, vi } from 'vitest';
import { type FallbackTarget, fallback, recordAttempt } from '../src/index.js';
import {
  contextOf,
  end,
  type Outcome,
  read,
  request,
  type Script,
  script,
  start,
  text,
} from './support/handlers.js';

interface TestTarget extends FallbackTarget {
  readonly inner: Script;
}

const target = (provider: string, inner: Script, contextWindow?: number): TestTarget => ({
  provider,
  model: `${provider}-model`,
  handler: recordAttempt({ provider, model: `${provider}-model` })(inner),
  inner,
  ...(contextWindow !== undefined && { contextWindow: () => Promise.resolve(contextWindow) }),
});

const failing = (code: ErrorCode, options?: ChatErrorOptions): Script =>
  script(start, new ChatError(code, `it is ${code}`, options));
const answering = (...words: string[]): Script => script(start, ...words.map(text), end);

const ask = (targets: readonly FallbackTarget[], context = contextOf()): Promise<Outcome> =>
  read(fallback(targets)(request, context));

describe('which target answers', () => {
  it('the first, when it can; the others are not asked', async () => {
    const targets = [target('a', answering('one')), target('b', answering('two'))];
    expect((await ask(targets)).events).toEqual([start, text('one'), end]);
    expect(targets.map(({ inner }) => inner.calls.length)).toEqual([1, 0]);
  });

  it('the next, when one failed before content; the caller sees nothing of the failure', async () => {
    const targets = [
      target('a', failing('overloaded')),
      target('b', script(start)),
      target('c', answering('ok')),
    ];
    const context = contextOf();
    expect(await ask(targets, context)).toEqual({ events: [start, text('ok'), end] });
    expect(context.attempts.map(({ provider, code }) => `${provider} ${code ?? 'ok'}`)).toEqual([
      'a overloaded',
      'b bad-response',
      'c ok',
    ]);
  });

  it('each is asked for its own model', async () => {
    const targets = [target('a', failing('overloaded')), target('b', answering('ok'))];
    await ask(targets);
    expect(targets.map(({ inner }) => inner.calls[0]?.request)).toEqual([
      { ...request, model: 'a-model' },
      { ...request, model: 'b-model' },
    ]);
  });

  it('is told to onCommit, once, before its first event', async () => {
    const told: string[] = [];
    const targets = [target('a', failing('timeout')), target('b', answering('ok'))];
    const handler = fallback(targets, { onCommit: ({ provider }) => told.push(provider) });
    for await (const event of handler(request, contextOf())) told.push(event.type);
    expect(told).toEqual(['b', 'response-start', 'text-delta', 'response-end']);
  });
});

describe('the order', () => {
  it('may be another one for each call', async () => {
    const targets = [target('a', failing('overloaded')), target('b', answering('ok'))];
    const handler = fallback(targets, { order: (listed) => listed.toReversed() });
    const context = contextOf();
    expect((await read(handler(request, context))).events).toContainEqual(text('ok'));
    expect(context.attempts.map(({ provider }) => provider)).toEqual(['b']);
  });

  it('tells each target how many are left after it, so that it does not wait where another could answer', async () => {
    const targets = [
      target('a', failing('overloaded')),
      target('b', failing('overloaded')),
      target('c', answering('ok')),
    ];
    await ask(targets);
    expect(targets.map(({ inner }) => inner.calls[0]?.context)).toMatchObject([
      { alternatives: 2 },
      { alternatives: 1 },
      { alternatives: 0 },
    ]);
  });

  it('counts nobody who could not be called now, but asks them in their turn', async () => {
    const targets = [
      target('a', failing('overloaded')),
      { ...target('b', failing('overloaded')), isAvailable: () => false },
    ];
    await ask(targets);
    expect(targets.map(({ inner }) => inner.calls[0]?.context)).toMatchObject([
      { alternatives: 0 },
      { alternatives: 0 },
    ]);
  });
});

describe('what is not rerouted', () => {
  it.each<ErrorCode>(['invalid-request', 'content-filtered', 'internal'])('%s', async (code) => {
    const targets = [target('a', failing(code)), target('b', answering('ok'))];
    expect((await ask(targets)).error).toMatchObject({ code, attempts: [{ provider: 'a', code }] });
    expect(targets[1]?.inner.calls).toEqual([]);
  });

  it('an error that says of itself that no other target will do', async () => {
    const targets = [
      target('a', failing('unsupported', { reroutable: false })),
      target('b', answering('ok')),
    ];
    expect((await ask(targets)).error).toMatchObject({ code: 'unsupported' });
  });

  it('a failure after content: it is passed on as it is, and no text comes twice', async () => {
    const cut = new ChatError('bad-response', 'cut', { provider: 'a', model: 'x' });
    const targets = [target('a', script(start, text('half'), cut)), target('b', answering('ok'))];
    expect(await ask(targets)).toEqual({ events: [start, text('half')], error: cut });
    expect(targets[1]?.inner.calls).toEqual([]);
  });

  it('the caller who left, whatever the failure looks like', async () => {
    const context = contextOf();
    const targets = [target('a', script(start, 60_000, end)), target('b', answering('ok'))];
    setTimeout(context.abort, 5);
    expect((await ask(targets, context)).error).toMatchObject({ code: 'aborted' });
    expect(targets[1]?.inner.calls).toEqual([]);
  });

  it('a total limit from outside, though a timeout is reroutable', async () => {
    const context = contextOf();
    const targets = [target('a', script(start, 60_000, end)), target('b', answering('ok'))];
    setTimeout(() => context.abort(new ChatError('timeout', 'late', { phase: 'total' })), 5);
    expect((await ask(targets, context)).error).toMatchObject({ code: 'timeout', phase: 'total' });
    expect(targets[1]?.inner.calls).toEqual([]);
  });
});

describe('a prompt that is too long', () => {
  const tooLong = (): Script => failing('context-too-long');

  it('skips targets that are known to hold no more', async () => {
    const targets = [
      target('a', tooLong(), 8000),
      target('same', answering('no'), 8000),
      target('unknown', tooLong()),
      target('smaller', answering('no'), 4000),
      target('larger', tooLong(), 16_000),
      target('between', answering('no'), 12_000),
      target('largest', answering('ok'), 32_000),
    ];
    const context = contextOf();
    expect((await ask(targets, context)).events).toContainEqual(text('ok'));
    const asked = context.attempts.filter(({ outcome }) => outcome !== 'skipped');
    expect(asked.map(({ provider }) => provider)).toEqual(['a', 'unknown', 'larger', 'largest']);
    const skipped = context.attempts.filter(({ outcome }) => outcome === 'skipped');
    expect(skipped.map(({ provider, code }) => `${provider} ${code}`)).toEqual([
      'same context-too-long',
      'smaller context-too-long',
      'between context-too-long',
    ]);
  });

  it('asks nobody for a window before that', async () => {
    const window = vi.fn<() => Promise<number>>(() => Promise.resolve(8000));
    const targets = [failing('overloaded'), failing('timeout'), answering('ok')].map((inner, index) => ({
      ...target('abc'.charAt(index), inner),
      contextWindow: window,
    }));
    await ask(targets);
    expect(window).not.toHaveBeenCalled();
  });

  it('skips nobody when the window of the one that failed is unknown', async () => {
    const targets = [target('a', tooLong()), target('b', answering('ok'), 10)];
    expect((await ask(targets)).events).toContainEqual(text('ok'));
  });
});

describe('when all failed', () => {
  it.each<[string, ErrorCode[], ErrorCode, string]>([
    ['the first of one class', ['overloaded', 'overloaded'], 'overloaded', 'a'],
    ['what the caller can mend', ['rate-limited', 'context-too-long', 'timeout'], 'context-too-long', 'b'],
    ['a wrong request', ['context-too-long', 'invalid-request'], 'invalid-request', 'b'],
    [
      'what waiting mends over an upstream fault',
      ['unreachable', 'upstream-failure', 'rate-limited'],
      'rate-limited',
      'c',
    ],
    ['quota over overload', ['overloaded', 'quota-exceeded'], 'quota-exceeded', 'b'],
    ['an upstream fault over a missing key', ['provider-unavailable', 'unreachable'], 'unreachable', 'b'],
    [
      'the first of the operator’s faults',
      ['model-not-found', 'provider-unavailable'],
      'model-not-found',
      'a',
    ],
  ])('it throws %s, with the trail', async (_, codes, code, provider) => {
    const targets = codes.map((each, index) => target('abc'.charAt(index), failing(each)));
    const context = contextOf();
    const { error } = await ask(targets, context);
    expect(error).toMatchObject({ code, provider, attempts: codes.map((each) => ({ code: each })) });
    expect((error as ChatError).attempts).not.toBe(context.attempts);
  });

  it('keeps a trail of its own when the caller brought none', async () => {
    const { attempts: _, ...context } = contextOf();
    const outcome = await read(fallback([target('a', failing('timeout'))])(request, context));
    expect(outcome.error).toMatchObject({ code: 'timeout', attempts: [{ provider: 'a', code: 'timeout' }] });
  });

  it('names provider and model also for handlers that name neither', async () => {
    const bare = { provider: 'a', model: 'm', handler: script(new Error('boom') as ChatError) };
    expect((await ask([bare])).error).toMatchObject({ code: 'internal', provider: 'a', model: 'm' });
  });
});

it('closes the inner stream when the consumer stops, in the replay and after it', async () => {
  for (const reads of [1, 2, 3]) {
    const inner = answering('a', 'b', 'c');
    const stream = fallback([target('a', inner)])(request, contextOf())[Symbol.asyncIterator]();
    for (let count = 0; count < reads; count += 1) await stream.next();
    await stream.return?.();
    expect(inner.closed).toBe(1);
  }
});

it('streams lazily: it reads no further than the consumer', async () => {
  const pulled: string[] = [];
  const handler = async function* () {
    for (const event of [start, text('a'), text('b'), end]) {
      pulled.push(event.type);
      yield event;
    }
  };
  const stream = fallback([{ provider: 'a', model: 'm', handler }])(request, contextOf());
  const iterator = stream[Symbol.asyncIterator]();
  expect(pulled).toEqual([]);
  await iterator.next();
  expect(pulled).toEqual(['response-start', 'text-delta']);
  await iterator.return?.();
});

it('needs a target', () => {
  expect(() => fallback([])).toThrow('at least one target');
});
