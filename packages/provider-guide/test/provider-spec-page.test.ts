import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

const rows = read('docs/provider-spec.md')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

it('docs/provider-spec.md numbers its rules without a gap', () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.map(([, number]) => Number(number))).toEqual(rows.map((_row, index) => index + 1));
});

it('docs/provider-spec.md names tests that exist in the testkit', () => {
  const sources = globSync('packages/provider-testkit/src/*.ts', { cwd: root.pathname }).map(read).join('\n');
  const named = rows.flatMap(([, , , , tests = '']) =>
    [...tests.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !sources.includes(name))).toEqual([]);
});
