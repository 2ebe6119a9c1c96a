import { type CallContext, type ChatEvent, type ChatHandler, compose } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { enforceEventRules, fallback, recordAttempt, timeout } from '../src/index.js';

const request = { model: 'm', messages: [{ role: 'user', content: 'x' }] } as const;
const never = new Promise<never>(() => undefined);

/** What a call of a handler comes to: its events, then its error if it fails. */
const run = async (handler: ChatHandler, context: Partial<CallContext> = {}) => {
  const events: ChatEvent[] = [];
  const signal = new AbortController().signal;
  try {
    const stream = handler(request, { signal, requestId: 'r', delivery: 'stream', ...context });
    for await (const event of stream) events.push(event);
    return { events };
  } catch (error) {
    return { events, error };
  }
};

const stuck: ChatHandler = async function* () {
  await never;
  yield { type: 'response-start', model: 'm' };
};

const lingering: ChatHandler = async function* () {
  yield { type: 'response-start', model: 'm' };
  yield { type: 'response-end', finishReason: 'stop' };
  await never;
};

const target = (handler: ChatHandler) => ({
  provider: 'p',
  model: 'm',
  handler: compose([
    recordAttempt({ provider: 'p', model: 'm' }),
    timeout({ provider: 'p' }),
    enforceEventRules('p'),
  ])(handler),
});

describe('a handler that does not obey its signal', () => {
  it.each(['stream', 'whole'] as const)(
    'is left behind at the total limit, and the trail names it (%s)',
    async (delivery) => {
      const attempts: CallContext['attempts'] = [];
      const handler = timeout({ totalMs: 30, graceMs: 250 })(fallback([target(stuck)]));
      const { error } = await run(handler, { attempts, delivery });
      expect(error).toMatchObject({ code: 'timeout', phase: 'total' });
      expect(attempts).toMatchObject([{ provider: 'p', outcome: 'error', code: 'timeout' }]);
    },
  );

  it('does not hold a caller that leaves', async () => {
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 20);
    const { error } = await run(timeout({})(fallback([target(stuck)])), { signal: caller.signal });
    expect(error).toMatchObject({ code: 'aborted' });
  });

  it('does not hold an answer that is complete', async () => {
    const { events, error } = await run(timeout({ totalMs: 60_000 })(fallback([target(lingering)])));
    expect(error).toBeUndefined();
    expect(events.map(({ type }) => type)).toEqual(['response-start', 'response-end']);
  });
});

describe('a provider that breaks the rules of events', () => {
  it.each<[string, unknown[]]>([
    ['content before the start', [{ type: 'text-delta', delta: 'x' }]],
    [
      'a delta that is no text',
      [
        { type: 'response-start', model: 'm' },
        { type: 'text-delta', delta: 42 },
      ],
    ],
    [
      'an unknown finish reason',
      [
        { type: 'response-start', model: 'm' },
        { type: 'response-end', finishReason: 'constructor' },
      ],
    ],
    [
      'a second end',
      [
        { type: 'response-start', model: 'm' },
        { type: 'response-end', finishReason: 'stop' },
        { type: 'response-end', finishReason: 'stop' },
      ],
    ],
  ])('%s is internal, with its name in error and trail', async (_name, events) => {
    const attempts: CallContext['attempts'] = [];
    const handler: ChatHandler = async function* () {
      yield* events as ChatEvent[];
    };
    const { error } = await run(fallback([target(handler)]), { attempts });
    expect(error).toMatchObject({ code: 'internal', provider: 'p', model: 'm' });
    expect(attempts).toMatchObject([{ outcome: 'error', code: 'internal' }]);
  });
});
