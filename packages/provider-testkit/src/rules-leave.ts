import { getEventListeners } from 'node:events';
import { ChatError, type ErrorCode, isContentEvent } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import { type Bench, streamOf, type WireBench } from './bench.js';
import { rule } from './rule.js';
import { text } from './script.js';

const patienceMs = 60_000;
const manyCalls = 200;
const atOnce = 10;

/** An error of another installed copy of chat-core: the same mark, another class. */
const foreignError = (): Error =>
  Object.assign(new Error('over the budget'), {
    [Symbol.for('@lakehouse/chat-core/error')]: true,
    code: 'overloaded',
    status: 503,
    retryable: true,
    reroutable: true,
  });

/** Callers who leave, of every provider, with an upstream or without. */
export const leaveRules = (bench: Bench, wired?: WireBench): void => {
  const { suite } = bench;

  describe('leaving', () => {
    rule(20, 'sends nothing when the signal is already aborted', async () => {
      const { error } = await bench.good({ signal: AbortSignal.abort() });
      expect(error?.code, "A call that its caller left ends with 'aborted'").toBe('aborted');
      expect(bench.upstream.requests, 'An aborted call makes no request').toHaveLength(0);
    });

    /** Aborts behind the first content, where an upstream has nothing more to say. */
    const abortedWith = async (reason: unknown): Promise<ErrorCode | undefined> => {
      const provider = await bench.provider();
      if (wired) {
        const prefix = await wired.contentPrefix(provider);
        bench.upstream.reply(streamOf(wired.wire, { send: prefix }, { silence: true }));
      }
      const controller = new AbortController();
      const { error } = await bench.run(provider, {
        signal: controller.signal,
        onEvent: (event) => {
          if (isContentEvent(event)) controller.abort(reason);
        },
      });
      return error?.code;
    };

    rule(22, 'throws the ChatError that the signal was aborted with', async () => {
      const limit = new ChatError('timeout', 'The time is over', { phase: 'total' });
      expect(await abortedWith(limit), 'A time limit is not a caller').toBe('timeout');
      expect(await abortedWith(undefined), "A caller that left is 'aborted'").toBe('aborted');
    });

    rule(29, 'knows the error of another copy of chat-core', async () => {
      expect(await abortedWith(foreignError()), 'It is no instance of the same class').toBe('overloaded');
    });

    rule(
      42,
      'leaves no listener on a signal that outlives its calls',
      async () => {
        const provider = await bench.provider();
        const { signal } = new AbortController();
        for (let made = 0; made < manyCalls; made += atOnce) {
          // Calls that end well and calls that fail take turns.
          const good = made % (2 * atOnce) === 0 && suite.upstream;
          bench.upstream.reply(good ? good.stream : text('', { status: 500 }));
          await Promise.all(Array.from({ length: atOnce }, () => bench.run(provider, { signal })));
        }
        await expect
          .poll(() => getEventListeners(signal, 'abort').length, {
            timeout: 1000,
            message: "A provider takes its listeners off the caller's signal when a call ends",
          })
          .toBe(0);
      },
      patienceMs,
    );
  });
};
