import { globSync, readFileSync } from 'node:fs';

const root = new URL('../../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

/** A row of docs/provider-spec.md. */
export interface SpecRow {
  readonly number: number;
  readonly group: string;
  readonly sentence: string;
  readonly reason: string;
  readonly tests: readonly string[];
}

const rowPattern = /^\| <a id="rule-(\d+)"><\/a>(\d+) \| (.+?) \| (.+?) \| (.+?) \|$/;

/** The rows of the page, with the heading above each; throws for a row whose anchor is not its number. */
export const readSpecRows = (): readonly SpecRow[] => {
  let group = '';
  return read('docs/provider-spec.md')
    .split('\n')
    .flatMap((line) => {
      group = /^## (.+)$/.exec(line)?.[1] ?? group;
      if (!/^\| .*\d+ \|/.test(line)) return [];
      const [, anchor, number, sentence = '', reason = '', tests = ''] = rowPattern.exec(line) ?? [];
      if (number === undefined || anchor !== number) throw new Error(`This is no row of a rule: ${line}`);
      const names = [...tests.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
      return [{ number: Number(number), group, sentence, reason, tests: names }];
    });
};

/** The names of the tests in the kit's sources, by rule; what a name is filled with stands as `…`. */
export const readTestNames = (): ReadonlyMap<number, readonly string[]> => {
  const names = new Map<number, string[]>();
  for (const file of globSync('packages/provider-testkit/src/*.ts', { cwd: root.pathname }).sort()) {
    for (const [, number, , literal, variable] of read(file).matchAll(
      /\brule\(\s*(\d+),\s*(?:(['"`])(.+?)\2,|([\w.]+),)/g,
    )) {
      const name = variable === undefined ? (literal ?? '').replaceAll(/\$\{[^}]*\}/g, '…') : '…';
      const key = Number(number);
      names.set(key, [...new Set([...(names.get(key) ?? []), name])]);
    }
  }
  return names;
};
