import { readFileSync } from 'node:fs';

/** Version ranges by package name. */
export type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly version: string;
  readonly devDependencies: Versions;
}

/** Reads this package's own manifest. */
export const readManifest = (): Manifest =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest;

/**
 * The versions that a new package is made with: those that this one was built and tested with. Packing writes them into
 * `devDependencies`; a checkout has none, which is an error.
 */
export const toVersions = ({ devDependencies }: Pick<Manifest, 'devDependencies'>): Versions => {
  const unpacked = Object.values(devDependencies).some((range) => /^(workspace|catalog):/.test(range));
  if (unpacked) {
    throw new Error(
      'a checkout has no version ranges: run the packed program, as docs/write-a-provider.md shows',
    );
  }
  return devDependencies;
};

const withRanges = (dependencies: Versions, versions: Versions): Versions =>
  Object.fromEntries(
    Object.keys(dependencies).map((name) => {
      const range = versions[name];
      if (range === undefined) throw new Error(`no version of ${name} is known`);
      return [name, range];
    }),
  );

/** Gives the dependencies of a template's manifest their ranges. */
export const fillVersions = (text: string, versions: Versions): string => {
  const manifest = JSON.parse(text) as Record<'dependencies' | 'devDependencies', Versions>;
  const dependencies = withRanges(manifest.dependencies, versions);
  const devDependencies = withRanges(manifest.devDependencies, versions);
  return `${JSON.stringify({ ...manifest, dependencies, devDependencies }, null, 2)}\n`;
};
