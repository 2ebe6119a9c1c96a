import { inputTokens, outputTokens } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import type { Delivery, WireBench } from './bench.js';
import { rule } from './rule.js';
import { expectTotals } from './rules-shown.js';
import { bytesOf, withPieces } from './script.js';
import { withoutCounts } from './unknown-fields.js';

const deliveries: readonly Delivery[] = ['stream', 'whole'];
const unheardOf = 'x-kit-unheard-of';

/** What the end of an answer says of it. */
export const usageRules = (bench: WireBench): void => {
  const { wire } = bench;

  describe('the end of an answer', () => {
    rule(17, 'counts no token twice, and none in one form only', async () => {
      for (const delivery of deliveries) {
        const { response } = await bench.good({ delivery });
        const { usage } = response ?? {};
        const counts = inputTokens(usage) !== undefined || outputTokens(usage) !== undefined;
        if (counts) expect(wire.totals, 'Say in `upstream.totals` what the answer counts').toBeDefined();
        expectTotals(usage, wire.totals, delivery);
      }
    });

    rule(16, 'leaves out what the upstream does not count', async () => {
      bench.upstream.reply(wire.withoutUsage ?? withoutCounts(wire.whole));
      const { response, error } = await bench.run(await bench.provider(), { delivery: 'whole' });
      expect(error, 'An answer without counts is a good one').toBeUndefined();
      expect(
        response?.usage,
        'Unknown is absent, never 0. (When the kit does not know the names of the counts, give `upstream.withoutUsage`.)',
      ).toBeUndefined();
    });

    rule(18, 'keeps a reason for the end that nobody has heard of', async () => {
      const { response } = await bench.good({ delivery: 'whole' });
      const word = response?.rawFinishReason ?? response?.finishReason ?? '';
      const bytes = Buffer.from(bytesOf(wire.whole)).toString('utf8');
      if (!bytes.includes(`"${word}"`)) return; // this upstream gives no reason
      bench.upstream.reply(withPieces(wire.whole, [bytes.replaceAll(`"${word}"`, `"${unheardOf}"`)]));
      const later = await bench.run(await bench.provider(), { delivery: 'whole' });
      expect(later.error, 'A new reason is no failure').toBeUndefined();
      expect(later.response?.rawFinishReason, "The upstream's own word is kept").toBe(unheardOf);
    });
  });
};
