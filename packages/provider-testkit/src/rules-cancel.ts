import { setTimeout as sleep } from 'node:timers/promises';
import { createCallContext, isChatError, isContentEvent, type Provider } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import { type Delivery, streamOf, type WireBench } from './bench.js';
import { closesInTime, delay } from './closing.js';
import { rule } from './rule.js';
import type { Script, Step } from './script.js';

const closeMs = 1000;
const silence: Step = { silence: true };

/** Whoever leaves, for whatever reason, leaves no socket behind. */
export const cancelRules = (bench: WireBench): void => {
  const { suite, wire } = bench;

  /** Aborts once `ready` is there, and looks how the call ends and how soon the socket closes. */
  const abortWhen = async (
    script: Script,
    delivery: Delivery,
    ready: 'arrived' | 'content',
    given?: Provider,
  ): Promise<number> => {
    const provider = given ?? (await bench.provider());
    bench.upstream.reply(script);
    const controller = new AbortController();
    let abortedAt = Number.POSITIVE_INFINITY;
    const abort = (): void => {
      abortedAt = performance.now();
      controller.abort();
    };
    const call = bench.run(provider, {
      delivery,
      signal: controller.signal,
      onEvent: (event) => {
        if (ready === 'content' && isContentEvent(event)) abort();
      },
    });
    const request = await bench.upstream.received();
    if (ready === 'arrived') {
      await sleep(30); // the provider is now surely waiting for the answer
      abort();
    }
    const { error } = await call;
    expect(error?.code, "A call that its caller left ends with 'aborted'").toBe('aborted');
    return delay(abortedAt, request);
  };

  describe('cancelling', () => {
    rule(21, 'closes the socket when the consumer leaves the loop early', async () => {
      const provider = await bench.provider();
      const prefix = await bench.contentPrefix(provider);
      bench.upstream.reply(streamOf(wire, { send: prefix }, silence));
      await closesInTime(bench, async () => {
        let leftAt = Number.POSITIVE_INFINITY;
        const signal = new AbortController().signal;
        for await (const event of provider.stream(suite.request, {
          signal,
          requestId: 'r',
          delivery: 'stream',
        })) {
          leftAt = performance.now();
          if (isContentEvent(event)) break;
        }
        return delay(leftAt, await bench.upstream.received());
      });
    });

    for (const delivery of ['stream', 'whole'] as const) {
      rule(19, `aborts a call (${delivery}) before the headers`, () =>
        closesInTime(bench, () => abortWhen({ beforeHeaders: true, steps: [silence] }, delivery, 'arrived')),
      );

      rule(19, `aborts a call (${delivery}) before the first content`, () =>
        closesInTime(bench, () => abortWhen({ ...wire[delivery], steps: [silence] }, delivery, 'arrived')),
      );
    }

    rule(19, 'aborts a stream in its middle', async () => {
      const provider = await bench.provider();
      const prefix = await bench.contentPrefix(provider);
      await closesInTime(bench, () =>
        abortWhen(streamOf(wire, { send: prefix }, silence), 'stream', 'content', provider),
      );
    });

    rule(19, 'aborts a stream that nobody reads at the moment', async () => {
      const provider = await bench.provider();
      const prefix = await bench.contentPrefix(provider);
      bench.upstream.reply(streamOf(wire, { send: prefix }, silence));
      await closesInTime(bench, async () => {
        const controller = new AbortController();
        const { signal } = controller;
        const events = provider.stream(suite.request, createCallContext({ signal }))[Symbol.asyncIterator]();
        for (;;) {
          const { done, value } = await events.next();
          if (done || isContentEvent(value)) break;
        }
        const abortedAt = performance.now();
        controller.abort();
        const ms = await delay(abortedAt, await bench.upstream.received());
        const more = async (): Promise<unknown> => {
          while (!(await events.next()).done);
          return undefined;
        };
        const thrown = await more().catch((error: unknown) => error);
        expect(isChatError(thrown) && thrown.code, 'Whoever reads on later is told').toBe('aborted');
        return ms;
      });
    });

    rule(23, 'ends a call with an error when the provider is closed', async () => {
      const provider = await bench.provider();
      if (!provider.close) return;
      bench.upstream.reply({ ...wire.stream, steps: [silence] });
      const call = bench.run(provider);
      const request = await bench.upstream.received();
      const closedAt = performance.now();
      await provider.close();
      const outcome = await Promise.race([call, sleep(closeMs)]);
      expect(outcome?.error, 'A call does not outlive its provider').toBeDefined();
      expect(await delay(closedAt, request), 'close() closes the sockets in use').toBeLessThan(closeMs);
    });

    if (!suite.sharedSockets)
      rule(23, 'leaves no socket open once the provider is closed', async () => {
        const provider = await bench.provider();
        bench.upstream.reply(wire.stream);
        await bench.run(provider);
        if (!provider.close) return;
        await provider.close();
        await expect
          .poll(() => bench.upstream.openSockets(), {
            timeout: 2000,
            message: 'close() closes idle sockets too',
          })
          .toBe(0);
      });
  });
};
