import { describe, expect, it } from 'vitest';
import { type Bench, type Delivery, withoutIds } from './bench.js';
import { asPieces, bytesOf, type Script } from './script.js';
import type { Scenario } from './suite-options.js';
import type { Reply } from './upstream.js';

const mostPieces = 4000;

const inPieces =
  (reply: Reply): Reply =>
  (request) => {
    const script: Script = typeof reply === 'function' ? reply(request) : reply;
    return asPieces(script, Math.ceil(bytesOf(script).length / mostPieces) || 1);
  };

/** The quirks of one upstream, in both forms where the scenario has both. */
export const scenarioRules = (bench: Bench): void => {
  const { suite } = bench;

  const play = async (scenario: Scenario, reply: Reply, delivery: Delivery): Promise<unknown> => {
    bench.upstream.clear();
    bench.upstream.reply(reply);
    const request = { ...suite.request, ...scenario.request };
    const { response, error } = await bench.run(await bench.provider(), { delivery, request });
    const last = bench.upstream.requests.at(-1);
    if (scenario.sent) {
      expect(last, 'The scenario looks at a request, so there has to be one').toBeDefined();
      if (last) scenario.sent(last.text === '' ? undefined : last.json, last);
    }
    if (scenario.error) {
      expect(error, `${scenario.name} (${delivery})`).toMatchObject(scenario.error);
      return undefined;
    }
    expect(error, `${scenario.name} (${delivery})`).toBeUndefined();
    if (scenario.expect) expect(response, `${scenario.name} (${delivery})`).toMatchObject(scenario.expect);
    return withoutIds(response);
  };

  describe('scenarios', () => {
    it.each(suite.scenarios)('$name', { timeout: 60_000 }, async (scenario) => {
      const { whole, stream } = scenario;
      if (!whole && !stream) throw new Error('A scenario has `whole`, `stream` or both');
      const answers: unknown[] = [];
      if (whole) answers.push(await play(scenario, whole, 'whole'));
      if (stream) {
        answers.push(await play(scenario, stream, 'stream'));
        answers.push(await play(scenario, inPieces(stream), 'stream'));
      }
      for (const answer of answers.slice(1)) {
        expect(answer, 'Every form of the answer says the same').toEqual(answers[0]);
      }
    });
  });
};
