import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tarballIn } from '../../scripts/release/pack.js';
import { npmInstall, root } from './support.js';

const fixtures = path.join(root, 'e2e/compatibility');
const provider = 'lakehouse-provider-courier';

/** The frozen versions of the contract, for example `1.0`. */
export const frozenVersions = readdirSync(fixtures).filter((name) => /^\d+\.\d+$/.test(name));

/** The tarball of a package as it was frozen with a version of the contract. */
const frozenTarball = (version: string, name: string): string =>
  tarballIn(path.join(fixtures, version), name);

/**
 * An empty project with the frozen provider, its sources and its tests. It finds the packages in `current`, or else those
 * that were frozen with it.
 */
export const installFrozenProvider = (
  version: string,
  place: string,
  current?: ReadonlyMap<string, string>,
): void => {
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, 'package.json'), '{"private":true,"type":"module"}');
  const names = ['chat-core', 'provider-utils', 'provider-testkit'].map((name) => `@lakehouse/${name}`);
  const beside = names.map((name) => current?.get(name) ?? frozenTarball(version, name));
  npmInstall(place, [frozenTarball(version, provider), ...beside]);
  for (const name of ['src', 'test']) {
    cpSync(path.join(place, 'node_modules', provider, name), path.join(place, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules/vitest'), path.join(place, 'node_modules/vitest'));
};
