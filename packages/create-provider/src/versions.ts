import { readFileSync } from 'node:fs';

/** Version ranges by package name. */
export type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly devDependencies: Versions;
}

/** Reads this package's own manifest. */
export const readManifest = (): Manifest =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest;

/** Says that this Node is older than the manifest declares; undefined when it is not. `running` is such as `v22.19.0`. */
export const nodeDefect = ({ engines }: Pick<Manifest, 'engines'>, running: string): string | undefined => {
  const [[major = 0, minor = 0], [ownMajor = 0, ownMinor = 0]] = [engines.node, running].map((text) =>
    (text.match(/\d+/g) ?? []).map(Number),
  ) as [number[], number[]];
  const isOld = ownMajor < major || (ownMajor === major && ownMinor < minor);
  return isOld ? `Node ${engines.node} is needed, this is ${running}; nothing was made` : undefined;
};

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
