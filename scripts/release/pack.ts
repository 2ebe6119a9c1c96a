// What is published, in which version, and how it is packed.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A package of the workspace that is published. */
interface Published {
  readonly name: string;
  readonly version: string;
  /** Relative to the workspace. */
  readonly folder: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Runs a command to its end and gives what it printed; throws with all of that when it fails. */
export const run = (command: string, parameters: readonly string[], cwd: string): string => {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
  });
  if (error) throw error;
  if (status !== 0)
    throw new Error(`${command} ${parameters.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
};

/** All packages that are published, each after those that it depends on. */
const publishedPackages = (workspace: string): readonly Published[] => {
  const manifests = globSync('{packages,apps}/*/package.json', { cwd: workspace })
    .sort()
    .map((file) => ({
      folder: path.dirname(file),
      ...(JSON.parse(readFileSync(path.join(workspace, file), 'utf8')) as Manifest),
    }))
    .filter((manifest) => manifest.private !== true);
  const ordered = new Map<string, Published>();
  const add = ({ name, version, folder, dependencies = {} }: Manifest & { folder: string }): void => {
    for (const dependency of manifests) if (Object.hasOwn(dependencies, dependency.name)) add(dependency);
    ordered.set(name, { name, version, folder });
  };
  for (const manifest of manifests) if (!ordered.has(manifest.name)) add(manifest);
  return [...ordered.values()];
};

/** Raises the versions as the changesets say, and writes the changelogs. The first version of a package is 1.0.0. */
export const raiseVersions = (workspace: string): readonly Published[] => {
  const changesets = globSync('.changeset/*.md', { cwd: workspace });
  if (changesets.length > 0) run('pnpm', ['exec', 'changeset', 'version'], workspace);
  const packages = publishedPackages(workspace);
  const early = packages.filter(({ version }) => version.startsWith('0.')).map(({ name }) => name);
  if (early.length > 0) {
    throw new Error(
      `${early.join(', ')}: would be published below 1.0.0. Run "pnpm changeset" and choose major for a first release`,
    );
  }
  return packages;
};

/** Packs what is built; gives the tarballs' paths by package name, in the order of `publishedPackages`. */
export const packPackages = (workspace: string, destination: string): ReadonlyMap<string, string> => {
  const packages = publishedPackages(workspace);
  const filters = packages.flatMap(({ name }) => ['--filter', name]);
  run('pnpm', ['-r', ...filters, 'pack', '--pack-destination', destination], workspace);
  return tarballsIn(workspace, destination);
};

/** The tarball of a package in a folder, whatever its version. */
export const tarballIn = (folder: string, name: string): string => {
  const [file] = globSync(`${name.replace('@', '').replace('/', '-')}-[0-9]*.tgz`, { cwd: folder });
  if (file === undefined) throw new Error(`${folder} has no tarball of ${name}`);
  return path.join(folder, file);
};

/** The tarballs that a `packPackages` has left in a folder. */
export const tarballsIn = (workspace: string, folder: string): ReadonlyMap<string, string> =>
  new Map(publishedPackages(workspace).map(({ name }) => [name, tarballIn(folder, name)]));
