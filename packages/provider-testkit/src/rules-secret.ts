import { inspect } from 'node:util';
import type { ChatError, Provider } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import type { Bench } from './bench.js';
import { rule } from './rule.js';
import { json, type Script, text } from './script.js';

/** The key that must not be found. */
export const canary = 'canary-9b1f4e7c2a6d';

/** The prints of a value that hold the key. */
export const leaks = (value: unknown): readonly string[] => {
  const { message, stack } = value as { message?: unknown; stack?: unknown };
  const prints = [
    String(message),
    String(stack),
    JSON.stringify(value),
    inspect(value, { depth: 12, showHidden: true, maxStringLength: null }),
  ];
  return prints.filter((print) => print.includes(canary));
};

/** Answers of an upstream that repeats the key. */
export const echoes: Readonly<Record<string, Script>> = {
  'in a JSON error': json(
    {
      error: {
        message: `Incorrect API key provided: ${canary}`,
        type: 'invalid_request_error',
        code: canary,
      },
    },
    { status: 401 },
  ),
  'in a text': text(`wrong key ${canary}`, { status: 500 }),
  'in an HTML page': text(`<html><head><title>no ${canary}</title></head></html>`, { status: 403 }),
  'in the request id': text('', { status: 500, headers: { 'x-request-id': canary } }),
  'inside a 200': json({ error: { message: `bad key ${canary}`, code: 401 } }),
  // The message of JSON.parse quotes the text that it could not read.
  'in malformed JSON': text(`${canary}\n`, { headers: { 'content-type': 'application/json' } }),
};

/** Keys stay where they are. */
export const secretRules = (bench: Bench): void => {
  const { suite } = bench;

  const failing = async (
    provider: Provider,
    script: Script,
    delivery: 'stream' | 'whole',
  ): Promise<ChatError> => {
    bench.upstream.reply(script);
    const { error } = await bench.run(provider, { delivery });
    if (!error) throw new Error('The call was expected to fail');
    return error;
  };

  describe('keys', () => {
    rule(32, 'prints no key when a provider is inspected or made JSON', async () => {
      const provider = await bench.provider({ key: canary });
      if (suite.upstream) bench.upstream.reply(suite.upstream.stream);
      await bench.run(provider);
      expect(leaks(provider), 'A provider prints no key').toEqual([]);
    });

    if (suite.upstream) {
      for (const [where, script] of Object.entries(echoes)) {
        rule(31, `keeps the key out of errors when the upstream repeats it ${where}`, async () => {
          const provider = await bench.provider({ key: canary });
          for (const delivery of ['stream', 'whole'] as const) {
            expect(leaks(await failing(provider, script, delivery)), 'An error prints no key').toEqual([]);
          }
        });
      }

      rule(31, 'keeps the key out of transport errors', async () => {
        const provider = await bench.provider({ key: canary });
        const error = await failing(provider, { beforeHeaders: true, steps: [{ cut: true }] }, 'stream');
        expect(leaks(error), 'An error prints no key').toEqual([]);
      });
    }

    if (suite.needsKey)
      rule(30, "is 'provider-unavailable' without a key, before any socket", async () => {
        const provider = await bench.provider({ key: undefined });
        expect(provider.credential?.present, 'A missing key is shown in `credential`').toBe(false);
        const socketsBefore = bench.upstream.openSockets();
        const { error } = await bench.run(provider);
        expect(error?.code, 'A provider without its key is not available').toBe('provider-unavailable');
        expect(bench.upstream.requests, 'Without a key nothing is sent').toHaveLength(0);
        expect(bench.upstream.openSockets(), 'Without a key nothing is sent').toBeLessThanOrEqual(
          socketsBefore,
        );
        const answer = await provider.availability?.({
          signal: new AbortController().signal,
          requestId: 'r',
          delivery: 'whole',
        });
        if (answer) expect(answer.available, 'availability() says so too').toBe(false);
      });
  });
};
