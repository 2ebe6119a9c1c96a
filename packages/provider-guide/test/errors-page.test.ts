import { readFileSync } from 'node:fs';
import { errorTable } from '@lakehouse/chat-core';
import { expect, it } from 'vitest';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const yesNo = (flag: boolean): string => (flag ? 'yes' : 'no');

it('docs/errors.md has the rows of the error table, in its order, each with advice', () => {
  const section = page.split('## The table of codes')[1]?.split('\n## ')[0] ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
  const expected = Object.entries(errorTable).map(([code, { status, retryable, reroutable, meaning }]) => [
    `\`${code}\``,
    String(status),
    yesNo(retryable),
    yesNo(reroutable),
    meaning,
  ]);
  expect(rows.map((row) => row.slice(0, 5))).toEqual(expected);
  expect(rows.filter((row) => !row[5]?.trim())).toEqual([]);
});
