import { type ChatEvent, inputTokens, outputTokens, type Usage } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import type { Bench } from './bench.js';
import { playScenario, showing } from './play-scenario.js';
import { rule } from './rule.js';
import type { TokenTotals } from './upstream-answers.js';

const patienceMs = 60_000;

const firstOfEach = (events: readonly ChatEvent[]): readonly ChatEvent[] => {
  const seen = new Set<number>();
  return events.filter((event) => {
    if (event.type !== 'tool-call-delta' || seen.has(event.index)) return false;
    seen.add(event.index);
    return true;
  });
};

/** What scenarios show of tool calls, reasoning and usage. */
export const shownRules = (bench: Bench): void => {
  const tools = showing(bench, 'tools');
  const reasoning = showing(bench, 'reasoning');
  const counted = bench.suite.scenarios.filter(({ totals }) => totals !== undefined);

  if (tools.length + reasoning.length + counted.length === 0) return;
  describe('what scenarios show', () => {
    if (tools.length > 0) {
      rule(
        7,
        'begins each tool call with its id and name, in the order 0, 1, 2',
        async () => {
          for (const scenario of tools) {
            for (const { events, form } of await playScenario(bench, { ...scenario, expect: {} })) {
              for (const [position, event] of firstOfEach(events).entries()) {
                const { id, name, index } = event as Extract<ChatEvent, { type: 'tool-call-delta' }>;
                expect(index, `Indices count from 0 (${scenario.name}, ${form})`).toBe(position);
                expect(Boolean(id && name), `Both stand in the first delta (${scenario.name}, ${form})`).toBe(
                  true,
                );
              }
            }
          }
        },
        patienceMs,
      );

      rule(
        45,
        'keeps the id, the place and the arguments of each tool call',
        async () => {
          for (const scenario of tools) {
            const stated = scenario.expect?.toolCalls?.length;
            expect(stated, `Give \`expect.toolCalls\` in "${scenario.name}"`).toBeGreaterThan(0);
            for (const { response, form } of await playScenario(bench, scenario)) {
              const calls = response?.toolCalls ?? [];
              expect(new Set(calls.map(({ id }) => id)).size, `Ids differ (${form})`).toBe(calls.length);
              expect(calls.length, `No call is lost, none is made up (${form})`).toBe(stated);
            }
          }
        },
        patienceMs,
      );
    }

    if (reasoning.length > 0)
      rule(
        41,
        'keeps the reasoning, apart from the text',
        async () => {
          for (const scenario of reasoning) {
            expect(
              scenario.expect?.reasoning,
              `Give \`expect.reasoning\` in "${scenario.name}"`,
            ).toBeTruthy();
            for (const { response, form } of await playScenario(bench, scenario)) {
              expect(response?.content, `Reasoning is no text of the answer (${form})`).not.toContain(
                response?.reasoning,
              );
            }
          }
        },
        patienceMs,
      );

    if (counted.length > 0)
      rule(
        17,
        'counts no token of a scenario twice',
        async () => {
          for (const scenario of counted) {
            for (const { response, form } of await playScenario(bench, scenario)) {
              expectTotals(response?.usage, scenario.totals, `${scenario.name}, ${form}`);
            }
          }
        },
        patienceMs,
      );
  });
};

/** The disjoint buckets add up to what the upstream counted. */
export const expectTotals = (
  usage: Usage | undefined,
  totals: TokenTotals | undefined,
  where: string,
): void => {
  expect(
    inputTokens(usage),
    `input, cacheRead and cacheWrite add up to all input that the upstream counted (${where})`,
  ).toBe(totals?.input);
  expect(
    outputTokens(usage),
    `output and reasoning add up to all output that the upstream counted (${where})`,
  ).toBe(totals?.output);
};
