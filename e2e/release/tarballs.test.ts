import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmInstall, outsideFolder, packAll, run } from './support.js';

/** KiB that a tarball may have. A package that grows beyond its limit needs a reason, and then a higher limit. */
const mostKibibytes: Readonly<Record<string, number>> = {
  '@lakehouse/chat-core': 60,
  '@lakehouse/chat-dialects': 200,
  '@lakehouse/chatd': 200, // 2 KiB of metrics were the last step
  '@lakehouse/provider-testkit': 140,
};
const mostOfOthers = 90;

const { folder, remove } = outsideFolder();
const unpacked = path.join(folder, 'unpacked');
let tarballs: ReadonlyMap<string, string>;

beforeAll(() => {
  tarballs = packAll(folder);
  for (const [name, tarball] of tarballs) {
    mkdirSync(path.join(unpacked, name), { recursive: true });
    run('tar', ['xzf', tarball, '--strip-components', '1', '-C', path.join(unpacked, name)], folder);
  }
});
afterAll(remove);

const filesOf = (name: string): readonly string[] =>
  globSync('**/*', { cwd: path.join(unpacked, name) }).filter((file) =>
    statSync(path.join(unpacked, name, file)).isFile(),
  );
const read = (name: string, file: string): string => readFileSync(path.join(unpacked, name, file), 'utf8');

describe('every tarball', () => {
  it('is small', () => {
    const sizes = [...tarballs].map(([name, tarball]) => ({
      name,
      size: Math.ceil(statSync(tarball).size / 1024),
    }));
    const grown = sizes
      .filter(({ name, size }) => size > (mostKibibytes[name] ?? mostOfOthers))
      .map(
        ({ name, size }) =>
          `${name} has ${size} KiB, ${mostKibibytes[name] ?? mostOfOthers} KiB are its limit`,
      );
    expect(grown).toEqual([]);
  });

  it('holds the build, a README, the license and notices, and nothing else', () => {
    const expected =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|THIRD-PARTY-LICENSES\.txt|dist\/.+|templates?\/.+)$/;
    const strange = [...tarballs.keys()].flatMap((name) =>
      filesOf(name)
        .filter((file) => !expected.test(file) || /^dist\/.*\.(test\.|tsbuildinfo$)/.test(file))
        .map((file) => `${name}/${file}`),
    );
    expect(strange).toEqual([]);
    for (const name of tarballs.keys())
      expect(filesOf(name), name).toEqual(expect.arrayContaining(['LICENSE', 'README.md']));
  });

  it('has maps only with their sources in them', () => {
    const empty = [...tarballs.keys()].flatMap((name) =>
      filesOf(name)
        .filter((file) => file.endsWith('.map'))
        .filter((file) => {
          const { sources, sourcesContent } = JSON.parse(read(name, file)) as Record<
            string,
            readonly unknown[]
          >;
          return sourcesContent?.length !== sources?.length;
        })
        .map((file) => `${name}/${file}`),
    );
    expect(empty).toEqual([]);
  });

  it('has exports and programs that lead to files', () => {
    const targets = (value: unknown): readonly string[] =>
      typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(targets);
    const dead = [...tarballs.keys()].flatMap((name) => {
      const { exports, bin } = JSON.parse(read(name, 'package.json')) as { exports?: unknown; bin?: unknown };
      const found = [...targets(exports), ...targets(bin)];
      expect(found.length, name).toBeGreaterThan(0);
      return found
        .filter((file) => !existsSync(path.join(unpacked, name, file)))
        .map((file) => `${name}: ${file}`);
    });
    expect(dead).toEqual([]);
  });
});

describe('a provider in an empty project', () => {
  it('brings nothing beyond the contract, what HTTP providers share, undici, zod and the standard-schema types', () => {
    const place = path.join(folder, 'one-provider');
    mkdirSync(place);
    writeFileSync(path.join(place, 'package.json'), '{"private":true}');
    const names = ['provider-ollama', 'chat-core', 'provider-utils'].map((name) => `@lakehouse/${name}`);
    // Those beside it stand for what npm would fetch.
    npmInstall(
      place,
      names.map((name) => tarballs.get(name) ?? ''),
    );
    const lock = JSON.parse(readFileSync(path.join(place, 'package-lock.json'), 'utf8')) as {
      packages: object;
    };
    const installed = Object.keys(lock.packages).filter((name) => name !== '');
    expect(installed.sort()).toEqual(
      [
        '@lakehouse/chat-core',
        '@lakehouse/provider-ollama',
        '@lakehouse/provider-utils',
        '@standard-schema/spec',
        'undici',
        'zod',
      ].map((name) => `node_modules/${name}`),
    );
  });
});
