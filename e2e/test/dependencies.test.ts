import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** `package dependency` for each dependency that is installed with a package of this repository. */
const declared = globSync('{packages,apps}/*/package.json', { cwd: root }).flatMap((file) => {
  const { dependencies = {} } = JSON.parse(read(file)) as { dependencies?: Record<string, string> };
  const user = path.basename(path.dirname(file));
  return Object.keys(dependencies)
    .filter((name) => !name.startsWith('@lakehouse/'))
    .map((name) => `${user} ${name}`);
});

const rows = read('docs/dependencies.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, name = '', users = '', ...reasons]) => ({
    name: name.replaceAll('`', ''),
    users: users.split(', '),
    reasons: reasons.slice(0, 3),
  }));

describe('docs/dependencies.md', () => {
  it('lists every runtime dependency with the packages that use it, and nothing else', () => {
    const listed = rows.flatMap(({ name, users }) => users.map((user) => `${user} ${name}`));
    expect(listed.sort()).toEqual(declared.sort());
  });

  it('says of each what it does, how big it is and why it is not our own', () => {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ reasons }) => reasons.length < 3 || reasons.includes(''))).toEqual([]);
  });
});
