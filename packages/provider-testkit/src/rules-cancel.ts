import { setTimeout as sleep } from 'node:timers/promises';
import { isContentEvent, type Provider } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import { type Delivery, streamOf, type WireBench } from './bench.js';
import { rule } from './rule.js';
import type { Script, Step } from './script.js';
import type { RecordedRequest } from './upstream.js';

const limitMs = 250;
const silence: Step = { silence: true };

/** Resolves with the milliseconds between two moments; Infinity when the second one does not come. */
const delay = async (since: number, request: RecordedRequest): Promise<number> =>
  Promise.race([request.closed.then((at) => at - since), sleep(limitMs * 2, Number.POSITIVE_INFINITY)]);

/** A busy machine is slow, not wrong: the best of three attempts counts. Each gives the milliseconds that it took. */
const closesInTime = async (bench: WireBench, attempt: () => Promise<number>): Promise<void> => {
  const all: number[] = [];
  while (all.length < 3 && !all.some((ms) => ms < limitMs)) {
    bench.upstream.clear();
    all.push(await attempt());
  }
  expect(Math.min(...all), `The upstream socket closes within ${limitMs} ms`).toBeLessThan(limitMs);
};

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

    rule(23, 'ends a call with an error when the provider is closed', async () => {
      const provider = await bench.provider();
      if (!provider.close) return;
      bench.upstream.reply({ ...wire.stream, steps: [silence] });
      const call = bench.run(provider);
      const request = await bench.upstream.received();
      const closedAt = performance.now();
      await provider.close();
      const outcome = await Promise.race([call, sleep(limitMs * 4)]);
      expect(outcome?.error, 'A call does not outlive its provider').toBeDefined();
      expect(await delay(closedAt, request), 'close() closes the sockets in use').toBeLessThan(limitMs * 4);
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
