import { expect } from 'vitest';
import type { Bench, Delivery, Outcome } from './bench.js';
import { asPieces, bytesOf, type Script } from './script.js';
import type { Scenario } from './suite-options.js';
import type { RecordedRequest, Reply } from './upstream.js';

/** One form of a scenario, played. */
export interface Played extends Outcome {
  readonly form: string;
  /** The last request that arrived upstream. */
  readonly sent: RecordedRequest | undefined;
}

const mostPieces = 4000;

const inPieces =
  (reply: Reply): Reply =>
  (request) => {
    const script: Script = typeof reply === 'function' ? reply(request) : reply;
    return asPieces(script, Math.ceil(bytesOf(script).length / mostPieces) || 1);
  };

type Form = readonly [form: string, delivery: Delivery, reply?: Reply];

const formsOf = ({ whole, stream }: Scenario, hasUpstream: boolean): readonly Form[] => {
  if (!hasUpstream) {
    return [
      ['whole', 'whole'],
      ['streamed', 'stream'],
    ];
  }
  if (!whole && !stream) throw new Error('A scenario has `whole`, `stream` or both');
  return [
    ...(whole ? [['whole', 'whole', whole] as const] : []),
    ...(stream
      ? ([
          ['streamed', 'stream', stream],
          ['streamed in pieces', 'stream', inPieces(stream)],
        ] as const)
      : []),
  ];
};

/** Plays a scenario in every form that it has, and holds each against what the scenario states. */
export const playScenario = async (bench: Bench, scenario: Scenario): Promise<readonly Played[]> => {
  const { suite } = bench;
  const all: Played[] = [];
  for (const [form, delivery, reply] of formsOf(scenario, suite.upstream !== undefined)) {
    bench.upstream.clear();
    if (reply) bench.upstream.reply(reply);
    const request = { ...suite.request, ...scenario.request };
    const outcome = await bench.run(await bench.provider(), { delivery, request });
    const sent = bench.upstream.requests.at(-1);
    const where = `${scenario.name} (${form})`;
    if (scenario.sent) {
      expect(sent, 'The scenario looks at a request, so there has to be one').toBeDefined();
      if (sent) scenario.sent(sent.text === '' ? undefined : sent.json, sent);
    }
    if (scenario.error) {
      expect(outcome.error, where).toMatchObject(scenario.error);
    } else {
      expect(outcome.error, where).toBeUndefined();
      if (scenario.expect) expect(outcome.response, where).toMatchObject(scenario.expect);
    }
    all.push({ ...outcome, form, sent });
  }
  return all;
};

/** The scenarios that show a capability. */
export const showing = (bench: Bench, capability: string): readonly Scenario[] =>
  bench.suite.scenarios.filter(({ shows = [] }) => [shows].flat().some((shown) => shown === capability));
