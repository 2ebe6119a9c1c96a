import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Manifest {
  readonly name: string;
  readonly description: string;
  readonly private?: boolean;
  readonly keywords: readonly string[];
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly publishConfig: { readonly access: string; readonly exports?: Manifest['exports'] };
}

const source = 'https://github.com/lakehouse/chat';
const { engines } = JSON.parse(read('package.json')) as { engines: unknown };
const published = globSync('{packages,apps}/*/package.json', { cwd: root })
  .map((file) => ({ folder: path.dirname(file), manifest: JSON.parse(read(file)) as Manifest }))
  .filter(({ manifest }) => manifest.private !== true);

describe.each(published)('the manifest of $folder', ({ folder, manifest }) => {
  it('says where the package comes from, under which license, and what it needs', () => {
    expect(manifest).toMatchObject({
      license: 'Apache-2.0',
      repository: { type: 'git', url: `git+${source}.git`, directory: folder },
      homepage: `${source}/tree/main/${folder}#readme`,
      bugs: `${source}/issues`,
      type: 'module',
      engines,
    });
    expect(manifest.name).toMatch(new RegExp(`/${path.basename(folder)}$`));
    expect(manifest.publishConfig.access).toBe('public');
  });

  it('can be found: one sentence, and keywords of its own', () => {
    expect(manifest.description).toMatch(/^[\w"].{20,140}[^.]$/);
    expect(manifest.keywords.slice(0, 3)).toEqual(['lakehouse', 'chat', 'llm']);
    expect(new Set(manifest.keywords).size).toBe(manifest.keywords.length);
    expect(manifest.keywords.length).toBeGreaterThan(3);
    expect(manifest.keywords.includes('provider') || !folder.includes('/provider-')).toBe(true);
  });

  it('publishes the entry points that the workspace has, without its sources', () => {
    const withoutSource = Object.entries(manifest.exports ?? {}).map(([entry, target]) => {
      if (typeof target === 'string') return [entry, target];
      const { '@lakehouse/source': _, ...rest } = target;
      return [entry, rest];
    });
    expect(manifest.publishConfig.exports ?? {}).toEqual(Object.fromEntries(withoutSource));
  });

  it('has a README that begins with its name', () => {
    expect(read(`${folder}/README.md`)).toMatch(new RegExp(`^# ${manifest.name}\\n\\n\\S`));
  });
});
