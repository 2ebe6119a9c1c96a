import { setTimeout as sleep } from 'node:timers/promises';
import type { TimeoutPhase, Timeouts } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import { streamOf, type WireBench } from './bench.js';
import { rule } from './rule.js';
import type { Script } from './script.js';

const shortMs = 200;
const longMs = 60_000;
const patienceMs = 3_000;

/** An upstream that keeps the connection and says nothing more. */
export const silenceRules = (bench: WireBench): void => {
  const { wire } = bench;

  const stall = async (script: Script, timeouts: Timeouts, phase: TimeoutPhase): Promise<void> => {
    const provider = await bench.provider({ timeouts: { connectMs: longMs, ...timeouts } });
    bench.upstream.reply(script);
    const outcome = await Promise.race([bench.run(provider), sleep(patienceMs)]);
    const limit = `\`create\` takes \`overrides.timeouts\`, here ${JSON.stringify(timeouts)}`;
    expect(outcome?.error?.code, `A silent stream does not last for ever (${limit})`).toBe('timeout');
    expect(outcome?.error?.phase, `The error says which limit it was (${limit})`).toBe(phase);
    const request = await bench.upstream.received();
    await request.closed; // and nobody goes on working for it
  };

  describe('silence', () => {
    rule(38, "ends with the phase 'idle' when a stream stalls in its middle", async () => {
      const prefix = await bench.contentPrefix(await bench.provider());
      bench.upstream.clear();
      const stalling = streamOf(wire, { send: prefix }, { silence: true });
      await stall(stalling, { firstContentMs: longMs, idleMs: shortMs }, 'idle');
    });

    rule(38, "ends with the phase 'first-content' when a stream never begins", () =>
      stall(streamOf(wire, { silence: true }), { firstContentMs: shortMs, idleMs: longMs }, 'first-content'),
    );
  });
};
