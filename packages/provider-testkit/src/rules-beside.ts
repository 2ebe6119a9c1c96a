import { setTimeout as sleep } from 'node:timers/promises';
import { type CallContext, createCallContext, isChatError, type Provider } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import type { Bench, WireBench } from './bench.js';
import { closesInTime, delay } from './closing.js';
import { rule } from './rule.js';
import { canary, echoes, leaks } from './rules-secret.js';

type Ask = (provider: Provider, context: CallContext) => Promise<unknown> | undefined;

/** What a provider can be asked beside answers. */
const asksOf = ({ suite }: Bench): Readonly<Record<string, Ask>> => {
  const { embeddings } = suite.upstream ?? {};
  return {
    models: (provider, context) => provider.models?.(context),
    availability: (provider, context) => provider.availability?.(context),
    ...(embeddings && { embed: (provider, context) => provider.embed?.(embeddings.request, context) }),
  };
};

/** What a call comes to: its answer, or what it threw. */
const outcomeOf = (call: Promise<unknown> | undefined): Promise<unknown> =>
  Promise.resolve(call).catch((error: unknown) => error);

/** Rules that hold for an answer hold for the small calls too. */
export const besideRules = (bench: WireBench): void => {
  describe('calls beside an answer', () => {
    for (const [name, ask] of Object.entries(asksOf(bench))) {
      rule(19, `aborts ${name}() before the headers`, async () => {
        const provider = await bench.provider();
        bench.upstream.reply({ beforeHeaders: true, steps: [{ silence: true }] });
        await closesInTime(bench, async () => {
          const controller = new AbortController();
          const call = outcomeOf(ask(provider, createCallContext({ signal: controller.signal })));
          const request = await Promise.race([bench.upstream.received(), call.then(() => undefined)]);
          if (!request) return 0; // it is answered without the upstream
          await sleep(30); // the provider is now surely waiting for the answer
          const abortedAt = performance.now();
          controller.abort();
          const ms = await delay(abortedAt, request);
          const outcome = await call;
          if (name !== 'availability') {
            expect(
              isChatError(outcome) && outcome.code,
              "A call that its caller left ends with 'aborted'",
            ).toBe('aborted');
          }
          return ms;
        });
      });

      rule(31, `keeps the key out of what ${name}() says when the upstream repeats it`, async () => {
        const provider = await bench.provider({ key: canary });
        for (const [where, script] of Object.entries(echoes)) {
          bench.upstream.reply(script);
          const outcome = await outcomeOf(ask(provider, createCallContext()));
          expect(leaks(outcome ?? {}), `${name}() says no key (${where})`).toEqual([]);
        }
      });
    }
  });
};
