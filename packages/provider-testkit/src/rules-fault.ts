import type { ErrorCode } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { type Delivery, type Outcome, type WireBench, withoutIds } from './bench.js';
import { bytesOf, type Script, text, withPieces } from './script.js';
import { withUnknownFields } from './unknown-fields.js';
import { startUpstream } from './upstream.js';

const deliveries: readonly Delivery[] = ['stream', 'whole'];

const common: Readonly<Record<number, ErrorCode | readonly ErrorCode[]>> = {
  401: 'unauthenticated',
  403: 'permission-denied',
  404: ['model-not-found', 'upstream-failure'],
  408: 'timeout',
  413: 'invalid-request',
  429: 'rate-limited',
  500: 'upstream-failure',
  503: 'overloaded',
};

const page = '<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body><h1>Sorry</h1></body></html>';

const bodies = (status: number): Readonly<Record<string, Script>> => ({
  'an empty body': text('', { status }),
  'an HTML page': text(page, { status, headers: { 'content-type': 'text/html' } }),
  'plain text': text('Sorry\nwe cannot', { status }),
});

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
    it.each(Object.keys(statuses).map(Number))('maps status %i, whatever its body', async (status) => {
      for (const delivery of deliveries) {
        for (const [name, script] of Object.entries(bodies(status))) {
          const { error } = await call(script, delivery);
          expect([statuses[status]].flat(), `Status ${status} with ${name} (${delivery})`).toContain(
            error?.code,
          );
          expect(error?.upstreamStatus, "An error keeps the upstream's status").toBe(status);
          expect(error?.provider, 'An error names its provider').toBeTypeOf('string');
          expect(error?.message, 'A message is one line without markup').toMatch(/^[^\n<]{1,400}$/);
        }
      }
    });

    it('keeps Retry-After, in seconds and as a date', async () => {
      for (const status of [429, 503]) {
        const seconds = await call(text('', { status, headers: { 'retry-after': '7' } }), 'stream');
        expect(seconds.error?.retryAfterMs, 'Retry-After is kept').toBe(7000);
        const date = new Date(Date.now() + 20_000).toUTCString();
        const dated = await call(text('', { status, headers: { 'retry-after': date } }), 'stream');
        expect(dated.error?.retryAfterMs, 'Retry-After may be a date').toBeGreaterThan(10_000);
        expect(dated.error?.retryAfterMs, 'Retry-After may be a date').toBeLessThanOrEqual(20_000);
      }
    });

    it("is 'unreachable' when nobody listens", async () => {
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

    it.each(deliveries)("is 'bad-response' for a 200 (%s) that is no answer", async (delivery) => {
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

    it.each(deliveries)("is 'bad-response' for an answer (%s) that never ends its line", async (delivery) => {
      const start = bytesOf(wire[delivery]).subarray(0, 8);
      const endless = Array.from({ length: 96 }, () => Buffer.alloc(mebibyte, 'x'));
      const { error } = await call(withPieces(wire[delivery], [start, ...endless]), delivery, {
        limits,
      });
      expect(error?.code, 'What exceeds the limits is refused, not held in memory').toBe('bad-response');
      const request = await bench.upstream.received();
      await request.closed; // and the socket is not left reading
    });

    it('passes over fields that it does not know', async () => {
      bench.upstream.reply(wire.stream);
      const { response } = await bench.run(await bench.provider());
      bench.upstream.reply(withUnknownFields(wire.stream));
      const streamed = await bench.run(await bench.provider());
      expect(streamed.response, 'Unknown fields change nothing').toEqual(withoutIds(response));
      const whole = await call(withUnknownFields(wire.whole), 'whole');
      expect(whole.error, 'Unknown fields change nothing').toBeUndefined();
    });
  });
};
