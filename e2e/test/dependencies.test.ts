import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
}

const packages = globSync('{packages,apps}/*/package.json', { cwd: root }).map((file) => {
  const folder = path.dirname(file);
  const manifest = JSON.parse(read(file)) as Manifest;
  const foreign = Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith('@lakehouse/'));
  const sources = globSync(`${folder}/src/**/*.ts`, { cwd: root, exclude: (name) => name.includes('.test.') })
    .map(read)
    .join('\n');
  // What the sources import and nobody installs is part of the build.
  const bundled = Object.keys(manifest.devDependencies ?? {})
    .filter((name) => !name.startsWith('@') && !Object.hasOwn(manifest.peerDependencies ?? {}, name))
    .filter((name) => new RegExp(`^(?!import type ).* from '${name}['/]`, 'm').test(sources));
  return { folder, user: path.basename(folder), manifest, foreign, bundled };
});

/** `package dependency` for each one that is installed with a package of this repository, or bundled into it. */
const declared = packages.flatMap(({ user, foreign, bundled }) => [
  ...foreign.map((name) => `${user} ${name}`),
  ...bundled.map((name) => `${user} (bundled) ${name}`),
]);

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

  it('names bundled packages in a file that is published with their license text', () => {
    const withBundles = packages.filter(({ bundled }) => bundled.length > 0);
    expect(withBundles.map(({ user }) => user)).toEqual(['provider-utils']);
    for (const { folder, manifest, bundled } of withBundles) {
      const notice = read(`${folder}/THIRD-PARTY-LICENSES.txt`);
      expect(manifest.files).toContain('THIRD-PARTY-LICENSES.txt');
      for (const name of bundled) {
        expect(notice).toContain(`\n${name} (https://`);
        expect(notice).toContain(read(`${folder}/node_modules/${name}/LICENSE`));
      }
    }
  });
});
