import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as exported from '../src/fault-wall/index.js';

const root = new URL('..', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

it('exports these names', () => {
  expect(Object.keys(exported).sort()).toEqual(['faults', 'startFaultWall']);
});

it('runs outside of tests: nothing that it imports imports vitest', () => {
  const seen = new Set<string>();
  const follow = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, specifier = ''] of read(file).matchAll(/ from '([^']+)'/g)) {
      expect(specifier, file).not.toMatch(/^vitest/);
      if (specifier.startsWith('.'))
        follow(new URL(specifier.replace(/\.js$/, '.ts'), new URL(file, 'file:///')).pathname.slice(1));
    }
  };
  follow('src/fault-wall/index.ts');
  follow('src/fault-wall/main.ts');
  const own = globSync('src/fault-wall/*.ts', { cwd: root.pathname });
  expect([...seen]).toEqual(expect.arrayContaining(own));
});

it('the README lists every fault, what it does and what it means', () => {
  const rows = exported.faults.map(({ name, about, means: { stream, whole } }) => {
    const outcome = stream === whole ? stream : `${stream}; whole: ${whole}`;
    return `| \`${name}\` | ${about} | ${outcome} |`;
  });
  const squeezed = read('README.md').replaceAll(/ +\|/g, ' |').replaceAll(/\| +/g, '| ').split('\n');
  expect(squeezed.filter((line) => /^\| `[a-z0-9-]+` \| .+\. \| [a-z:; -]+ \|$/.test(line))).toEqual(rows);
});
