import { describe, expect } from 'vitest';
import { type Bench, withoutIds } from './bench.js';
import { playScenario } from './play-scenario.js';
import { rule } from './rule.js';

const patienceMs = 60_000;

/** The quirks of one upstream, in both forms where the scenario has both. */
export const scenarioRules = (bench: Bench): void => {
  if (bench.suite.scenarios.length === 0) return;
  describe('scenarios', () => {
    for (const scenario of bench.suite.scenarios) {
      rule(
        44,
        scenario.name,
        async () => {
          const [first, ...others] = await playScenario(bench, scenario);
          for (const { form, response } of others) {
            expect(withoutIds(response), `Every form of the answer says the same (${form})`).toEqual(
              withoutIds(first?.response),
            );
          }
        },
        patienceMs,
      );
    }
  });
};
