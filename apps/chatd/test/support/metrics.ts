import { expect } from 'vitest';
import { type Answer, get, type RunningService } from './service.js';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/;
const line =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"/g;

const sampleOf = (text: string): Sample => {
  const [, name = '', labels = '', value] = line.exec(text) ?? [];
  return {
    name,
    labels: Object.fromEntries([...labels.matchAll(label)].map(([, key, word]) => [key, word])),
    value: Number(value?.replace('Inf', 'Infinity')),
  };
};

/** The samples of a text that keeps to the format: each metric is told of once, before its samples. */
export const readMetrics = (text: string): readonly Sample[] => {
  expect(text.endsWith('\n')).toBe(true);
  const lines = text.split('\n').filter((each) => each !== '');
  const told = lines
    .filter((each) => each.startsWith('#'))
    .map((each) => comment.exec(each)?.slice(1, 3).join(' '));
  expect(told).not.toContain(undefined);
  expect(new Set(told).size).toBe(told.length);
  const series = lines.filter((each) => !each.startsWith('#'));
  expect(series.filter((each) => !line.test(each))).toEqual([]);
  const ids = series.map((each) => each.slice(0, each.lastIndexOf(' ')));
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  let current = '';
  for (const each of lines) {
    if (each.startsWith('# TYPE ')) [, , current = ''] = each.split(' ');
    else if (!each.startsWith('#'))
      expect(each.replace(/_(bucket|sum|count)(?=[{ ])/, '')).toMatch(new RegExp(`^${current}[{ ]`));
  }
  return series.map(sampleOf);
};

/** What `GET /metrics` answers. */
export const scrape = async (service: Pick<RunningService, 'url'>): Promise<readonly Sample[]> => {
  const answer: Answer = await get(service, '/metrics');
  expect([answer.status, answer.headers['content-type']]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return readMetrics(answer.text);
};

/** The samples of one name, as a table: labels, then the value. */
export const rowsOf = (samples: readonly Sample[], name: string): readonly object[] =>
  samples.filter((sample) => sample.name === name).map(({ labels, value }) => ({ ...labels, value }));

export const sumOf = (samples: readonly Sample[], name: string): number =>
  samples.filter((sample) => sample.name === name).reduce((total, { value }) => total + value, 0);
