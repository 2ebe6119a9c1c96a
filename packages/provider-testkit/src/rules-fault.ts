import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import { type Delivery, type Outcome, streamOf, type WireBench } from './bench.js';
import { rule } from './rule.js';
import { bytesOf, type Script, text, withPieces } from './script.js';
import { startUpstream } from './upstream.js';

const deliveries: readonly Delivery[] = ['stream', 'whole'];

const common: Readonly<Record<number, ErrorCode | readonly ErrorCode[]>> = {
  400: 'invalid-request',
  401: 'unauthenticated',
  402: 'quota-exceeded',
  403: 'permission-denied',
  404: ['model-not-found', 'upstream-failure'],
  408: 'timeout',
  413: 'invalid-request',
  422: 'invalid-request',
  429: 'rate-limited',
  500: 'upstream-failure',
  502: 'upstream-failure',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

const page = '<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body><h1>Sorry</h1></body></html>';

const bodies = (status: number): Readonly<Record<string, Script>> => ({
  'an empty body': text('', { status }),
  'an HTML page': text(page, { status, headers: { 'content-type': 'text/html' } }),
  'plain text': text('Sorry\nwe cannot', { status }),
});

/** For a hundred MiB through a socket, on a busy machine. */
const patienceMs = 30_000;

const mebibyte = 1024 * 1024;
const limits = { bodyBytes: mebibyte, lineBytes: mebibyte };

/** How an upstream's faults reach the caller. */
export const faultRules = (bench: WireBench): void => {
  const { suite, wire } = bench;
  const statuses = { ...common, ...wire.statuses };

  const call = async (script: Script, delivery: Delivery, overrides = {}): Promise<Outcome> => {
    bench.upstream.reply(script);
    return bench.run(await bench.provider(overrides), { delivery });
  };

  describe('faults', () => {
    for (const status of Object.keys(statuses).map(Number)) {
      rule(24, `maps status ${status}, whatever its body`, async () => {
        for (const delivery of deliveries) {
          for (const [name, script] of Object.entries(bodies(status))) {
            const { error } = await call(script, delivery);
            expect(error?.code, `Status ${status} with ${name} (${delivery})`).toBeOneOf(
              [statuses[status]].flat(),
            );
            expect(error?.upstreamStatus, "An error keeps the upstream's status").toBe(status);
            expect(error?.provider, 'An error names its provider').toBeTypeOf('string');
            expect(error?.message, 'A message is one line without markup').toMatch(/^[^\n<]{1,400}$/);
          }
        }
      });
    }

    rule(6, 'throws a ChatError for whatever an upstream may do', async () => {
      const broken: readonly Script[] = [
        text('', { status: 500 }),
        text('{', { headers: { 'content-type': 'application/json' } }),
        { beforeHeaders: true, steps: [{ cut: true }] },
        { beforeHeaders: true, steps: [{ reset: true }] },
        { beforeHeaders: true, steps: [{ raw: 'no HTTP\r\n\r\n' }, { cut: true }] },
      ];
      for (const delivery of deliveries) {
        for (const script of broken) {
          const { error } = await call(script, delivery); // it refuses what is no ChatError
          expect(error, 'A failure is thrown').toBeDefined();
          expect(error?.code, 'A failure of the upstream is no defect of the provider').not.toBe('internal');
        }
      }
    });

    rule(25, 'keeps Retry-After, in seconds and as a date', async () => {
      for (const status of [429, 503]) {
        const seconds = await call(text('', { status, headers: { 'retry-after': '7' } }), 'stream');
        expect(seconds.error?.retryAfterMs, 'Retry-After is kept').toBe(7000);
        const date = new Date(Date.now() + 20_000).toUTCString();
        const dated = await call(text('', { status, headers: { 'retry-after': date } }), 'stream');
        expect(dated.error?.retryAfterMs, 'Retry-After may be a date').toBeGreaterThan(10_000);
        expect(dated.error?.retryAfterMs, 'Retry-After may be a date').toBeLessThanOrEqual(20_000);
      }
    });

    rule(26, "is 'unreachable' when nobody listens", async () => {
      const gone = await startUpstream();
      await gone.close();
      const provider = await suite.create(gone.url);
      for (const delivery of deliveries) {
        const { error } = await bench.run(provider, { delivery });
        expect(error?.code, 'An upstream that does not listen is unreachable').toBe('unreachable');
        expect(error?.retryable, 'It may be back in a moment').toBe(true);
      }
      await provider.close?.();
    });

    for (const delivery of deliveries) {
      rule(27, `is 'bad-response' for a 200 (${delivery}) that is no answer`, async () => {
        const { headers } = wire[delivery];
        const answers = {
          'an empty body': text('', { ...(headers && { headers }) }),
          'an HTML page': text(page, { headers: { 'content-type': 'text/html' } }),
          'an empty object': text('{}', { headers: { 'content-type': 'application/json' } }),
        };
        for (const [name, script] of Object.entries(answers)) {
          const { error } = await call(script, delivery);
          expect(error?.code, `A 200 with ${name} is no answer`).toBe('bad-response');
        }
      });

      rule(
        28,
        `is 'bad-response' for an answer (${delivery}) that never ends its line`,
        async () => {
          const start = bytesOf(wire[delivery]).subarray(0, 8);
          const endless = Array.from({ length: 96 }, () => Buffer.alloc(mebibyte, 'x'));
          const { error } = await call(withPieces(wire[delivery], [start, ...endless]), delivery, {
            limits,
          });
          expect(error?.code, 'What exceeds the limits is refused, not held in memory').toBe('bad-response');
          const request = await bench.upstream.received();
          const left = await Promise.race([request.closed, sleep(2000, undefined)]);
          expect(left, 'What is refused is not read to its end').toBeDefined();
        },
        patienceMs,
      );
    }

    const { failure } = wire;
    if (failure) {
      rule(39, 'throws an error inside a 200 with the code of what it says', async () => {
        for (const delivery of deliveries) {
          const script = failure[delivery];
          if (!script) continue;
          const { error } = await call(script, delivery);
          expect(error?.code, `What the error says is kept (${delivery})`).toBe(failure.code);
        }
      });

      const { stream } = failure;
      if (stream)
        rule(39, 'throws an error that comes behind the first content', async () => {
          const provider = await bench.provider();
          const prefix = await bench.contentPrefix(provider);
          bench.upstream.reply(streamOf(wire, { send: prefix }, { send: bytesOf(stream) }));
          const { events, error } = await bench.run(provider);
          expect(error?.code, 'What the error says is kept').toBe(failure.code);
          expect(events.at(-1)?.type, 'An answer that failed has no end').not.toBe('response-end');
        });
    }
  });
};
