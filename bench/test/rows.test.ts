import { expect, it } from 'vitest';
import { judge } from '../report/judge.mjs';
import { toMarkdown } from '../report/markdown.mjs';

const loop = (subject: string, ratio: number) => ({
  measure: 'whole-1k',
  subject,
  values: { cpu: { ratio: { median: ratio } } },
});

const rowOf = (results: readonly object[], name: string) =>
  judge(results).find((row: { name: string }) => row.name.startsWith(name));

const cpu = 'CPU per whole request of 1 KB';

it('a row has the worst of the subjects that it is about', () => {
  const row = rowOf([loop('chatd-native', 1.4), loop('chatd-native-ollama', 2.5), loop('gateway', 9)], cpu);
  expect(row).toMatchObject({ value: 2.5, mustHolds: false, aimHolds: false, hardHolds: true });
});

it('what was not measured or failed neither holds nor fails', () => {
  const row = rowOf([{ measure: 'whole-1k', subject: 'chatd-native', error: 'it ended' }], cpu);
  expect(row).toBeDefined();
  expect(row).not.toHaveProperty('value');
  expect(row).not.toHaveProperty('hardHolds');
});

it('one caller whose upstream stays open is too much', () => {
  const values = { asked: 100, closed: 99, latency: { p99: 1 } };
  const row = rowOf([{ measure: 'leave', subject: 'chatd-openai', values }], 'caller leaves');
  expect(row).toMatchObject({ hardHolds: false, mustHolds: false });
});

it('more is better where something is compared with others', () => {
  const values = { perSecond: { ratio: { median: 6 } } };
  const row = rowOf(
    [{ measure: 'peer-whole', subject: 'portkey', values }],
    'requests a second against Portkey',
  );
  expect(row).toMatchObject({ mustHolds: true, aimHolds: false });
});

it('of held streams the run with the most counts', () => {
  const held = (count: number, perThousand: number) => ({
    measure: 'held',
    subject: `chatd-native@${count}`,
    values: { count, perThousand, complete: count, costRatio: 1 },
  });
  expect(rowOf([held(2000, 90), held(4000, 50)], 'memory per 1,000')).toMatchObject({
    value: 50,
    mustHolds: true,
  });
});

it('a share just above its limit is not written as the limit', () => {
  const first = (subject: string, p50: number) => ({
    measure: 'first-token',
    subject,
    values: { added: { p50 } },
  });
  const results = [first('chatd-openai', 10.16), first('portkey', 40)];
  const about = {
    startedAt: '2026-01-01',
    node: '24.0.0',
    cores: 2,
    cpu: 'a processor',
    kernel: '6.1',
    load: [0],
    seconds: 1,
    sizes: { generations: 1, pairs: 1, warm: { whole: 1, streams: 1 } },
  };
  const report = toMarkdown({ about, mode: 'usual', results: [], judged: judge(results), problems: {} }, []);
  expect(report).toContain('| the same against Portkey | ≤ 0.250 × | ≤ 0.125 × | 0.254 × | NO | NO |');
  expect(report).toContain('| ≤ 8 ms | ≤ 4 ms | 10.2 ms | NO | NO |');
});
