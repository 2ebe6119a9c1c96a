import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Answers, Protocol } from '../src/answers.js';
import { toNames } from '../src/names.js';
import { scaffold } from '../src/scaffold.js';
import { readManifest, toVersions, type Versions } from '../src/versions.js';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'create-provider-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const versions: Versions = Object.fromEntries(
  Object.keys(readManifest().devDependencies).map((name) => [name, '^1.2.3']),
);
const protocols: readonly Protocol[] = ['http', 'openai-compatible'];
const answers: Answers = {
  packageName: '@my-team/provider-shout',
  protocol: 'http',
  url: "http://10.0.0.5:9000/it's/",
  keyEnv: 'SHOUT_API_KEY',
};

let count = 0;
const make = async (change: Partial<Answers> = {}): Promise<string> => {
  count += 1;
  return scaffold({ ...answers, ...change }, versions, path.join(folder, String(count)));
};
const filesOf = (target: string): readonly string[] =>
  readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(target, path.join(parentPath, name)));
const textOf = (target: string): string =>
  filesOf(target)
    .map((file) => `${file}\n${readFileSync(path.join(target, file), 'utf8')}`)
    .join('\n');

describe.each(protocols)('a package for %s', (protocol) => {
  it('has the files of a package that can be published', async () => {
    const target = await make({ protocol });
    expect(filesOf(target)).toEqual(
      expect.arrayContaining([
        '.changeset/config.json',
        '.changeset/first-release.md',
        '.github/workflows/ci.yml',
        '.gitignore',
        'README.md',
        'biome.json',
        'lakehouse.toml',
        'package.json',
        'src/index.ts',
        'src/options.ts',
        'test/shout.test.ts',
        'tsconfig.json',
      ]),
    );
    const license = readFileSync(path.join(target, 'LICENSE'), 'utf8');
    expect(license).toBe(readFileSync(path.join(root, 'LICENSE'), 'utf8'));
  });

  it('has its own names everywhere, and the address in a form that ends no string', async () => {
    const target = await make({ protocol });
    const text = textOf(target);
    expect(text).not.toMatch(/acme/i);
    expect(text).toContain('createShout');
    expect(text).toContain("'http://10.0.0.5:9000/it%27s'");
    expect(text).toContain('SHOUT_API_KEY');
  });

  it('may have the names of the template for its own', async () => {
    const own = { packageName: 'acme-models', url: 'https://api.acme.example/v1', keyEnv: 'ACME_KEY' };
    const text = textOf(await make({ protocol, ...own }));
    expect(text).toContain('"name": "acme-models"');
    expect(text).toContain("'https://api.acme.example/v1'");
    expect(text).toContain("['ACME_KEY']");
    expect(text).toContain('createAcmeModels');
  });

  it('has no word of a key when there is none', async () => {
    const text = textOf(await make({ protocol, keyEnv: undefined }));
    expect(text).not.toMatch(/API_KEY/);
    expect(text).toMatch(/(keyNames: readonly string\[\] = |keyEnv: )\[\]/);
  });

  it('takes the versions that this package was made with', async () => {
    const target = await make({ protocol });
    const manifest = JSON.parse(readFileSync(path.join(target, 'package.json'), 'utf8')) as Record<
      string,
      Versions
    >;
    const ranges = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(new Set(ranges)).toEqual(new Set(['^1.2.3']));
  });

  it.each(['x', 'lakehouse-provider-natural-language-gateway'])(
    'passes its own lint and format as %s',
    async (packageName) => {
      for (const keyEnv of ['K', undefined]) {
        const target = await make({ protocol, packageName, keyEnv });
        const biome = path.join(root, 'node_modules/.bin/biome');
        execFileSync(biome, ['check', '.'], { cwd: target, stdio: 'pipe' });
      }
    },
  );
});

describe('a folder', () => {
  it('that is empty is taken', async () => {
    mkdirSync(path.join(folder, 'empty/provider-shout'), { recursive: true });
    await expect(scaffold(answers, versions, path.join(folder, 'empty'))).resolves.toMatch(/provider-shout$/);
  });

  it('that holds anything is left alone', async () => {
    const taken = path.join(folder, 'taken/provider-shout');
    mkdirSync(taken, { recursive: true });
    writeFileSync(path.join(taken, 'notes'), 'mine');
    const refused = scaffold(answers, versions, path.join(folder, 'taken'));
    await expect(refused).rejects.toThrow('the folder provider-shout is not empty: nothing was changed');
    expect(readdirSync(taken)).toEqual(['notes']);
  });
});

describe('names', () => {
  it.each([
    ['@team/lakehouse-provider-shout', 'lakehouse-provider-shout', 'shout', 'Shout', 'SHOUT_API_KEY'],
    ['my-provider', 'my-provider', 'my-provider', 'MyProvider', 'MY_PROVIDER_API_KEY'],
    ['provider-v2.beta', 'provider-v2.beta', 'v2-beta', 'V2Beta', 'V2_BETA_API_KEY'],
    ['lakehouse-provider', 'lakehouse-provider', 'provider', 'Provider', 'PROVIDER_API_KEY'],
  ])('of %s', (packageName, name, id, pascal, keyEnv) => {
    expect(toNames(packageName)).toEqual({ folder: name, id, pascal, keyEnv });
  });
});

describe('versions', () => {
  it('are those of the packed package; a checkout has none, and says so', () => {
    expect(() => toVersions(readManifest())).toThrow(/a checkout has no version ranges/);
    expect(toVersions({ devDependencies: versions })).toBe(versions);
  });
});
