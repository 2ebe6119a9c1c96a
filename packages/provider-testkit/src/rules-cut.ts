import { isContentEvent } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import { type Outcome, streamOf, textOf, type WireBench, withoutIds } from './bench.js';
import { rule } from './rule.js';
import { bytesOf, type Step } from './script.js';

const patienceMs = 60_000;

const endings: readonly { readonly name: string; readonly steps: readonly Step[] }[] = [
  { name: 'the body ends', steps: [] },
  { name: 'the socket is destroyed', steps: [{ cut: true }] },
];

/** A stream that is cut never looks like an answer. */
export const cutRules = (bench: WireBench): void => {
  const { wire } = bench;

  const check = (outcome: Outcome, full: Outcome, offset: number, ending: string): void => {
    const where = `after byte ${offset} of ${bench.streamBytes.length}, ${ending}`;
    expect(full.response?.content.startsWith(textOf(outcome)), `Text is never sent twice (${where})`).toBe(
      true,
    );
    const hasBegun = outcome.events.some(isContentEvent);
    if (hasBegun) {
      const { requests } = bench.upstream;
      expect(requests, `A stream that has begun is not asked for again (${where})`).toHaveLength(1);
    }
    const mayBeComplete = offset >= (wire.completeFrom ?? 0);
    if (outcome.response && mayBeComplete) {
      const { usage: _, providerMetadata: __, ...answer } = outcome.response;
      expect(
        withoutIds(full.response),
        `A cut stream never ends as a shorter answer (${where})`,
      ).toMatchObject(answer);
      expect(answer.content, `A cut stream never ends as a shorter answer (${where})`).toBe(
        full.response?.content,
      );
      expect(answer.toolCalls?.length, `A cut stream never loses a tool call (${where})`).toBe(
        full.response?.toolCalls?.length,
      );
      return;
    }
    expect(outcome.error, `A cut stream is an error, never a success (${where})`).toBeDefined();
    expect(
      ['bad-response', 'unreachable', 'upstream-failure'],
      `A cut is reported as one (${where})`,
    ).toContain(outcome.error?.code);
  };

  describe('cuts', () => {
    for (const ending of endings) {
      rule(
        4,
        `never takes a stream for complete when ${ending.name} too early, at any byte`,
        async () => {
          const provider = await bench.provider();
          bench.upstream.reply(wire.stream);
          const full = await bench.run(provider);
          for (let offset = 0; offset < bench.streamBytes.length; offset += 1) {
            bench.upstream.clear();
            const prefix = bench.streamBytes.subarray(0, offset);
            bench.upstream.reply(streamOf(wire, { send: prefix }, ...ending.steps));
            check(await bench.run(provider), full, offset, ending.name);
          }
        },
        patienceMs,
      );
    }

    rule(
      5,
      'never takes a whole answer for complete when its body ends too early',
      async () => {
        const provider = await bench.provider();
        const bytes = Buffer.from(bytesOf(wire.whole));
        const end = Buffer.byteLength(bytes.toString('utf8').trimEnd());
        for (let offset = 0; offset < end; offset += 1) {
          bench.upstream.reply({ ...wire.whole, steps: [{ send: bytes.subarray(0, offset) }] });
          const { error } = await bench.run(provider, { delivery: 'whole' });
          expect(error?.code, `Half an answer is a bad response (after byte ${offset})`).toBe('bad-response');
        }
      },
      patienceMs,
    );
  });
};
