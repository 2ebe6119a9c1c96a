// `pnpm release`: versions, build, publint, attw, pack, publish with provenance. `pnpm release --dry-run` does all of it in
// a copy of the work tree and publishes nothing; `--tarballs FOLDER` leaves the tarballs there.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { copyWorkTree } from './release/copy.ts';
import { packPackages, raiseVersions, run } from './release/pack.ts';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    tarballs: { type: 'string' },
    // Only for the first version of a package, which npm does not take from a workflow.
    'without-provenance': { type: 'boolean', default: false },
  },
});
const dryRun = options['dry-run'];
const say = (text) => process.stdout.write(`${text}\n`);

/** npm refuses a version a second time, so a release that stopped half-way may be run again. */
const isPublished = (name, version) => {
  try {
    return run('npm', ['view', `${name}@${version}`, 'version'], root).trim() === version;
  } catch (error) {
    if (/\bE404\b/.test(String(error))) return false;
    throw error;
  }
};

const publish = (name, version, tarball) => {
  const provenance = dryRun || options['without-provenance'] ? [] : ['--provenance'];
  const mode = dryRun ? ['--dry-run'] : [];
  if (!dryRun && isPublished(name, version)) return say(`  ${name} ${version} is published already`);
  run('npm', ['publish', tarball, '--access', 'public', ...provenance, ...mode], root);
  return say(`  ${name} ${version}${dryRun ? ' would be published' : ' is published'}`);
};

if (!dryRun && run('git', ['status', '--porcelain'], root) !== '') {
  say('The work tree has changes. Commit them first: what is published has to be a commit.');
  process.exit(1);
}
const { copy: workspace, remove } = dryRun
  ? copyWorkTree(root, { built: false })
  : { copy: root, remove: () => {} };
const folder = options.tarballs
  ? path.resolve(options.tarballs)
  : mkdtempSync(path.join(tmpdir(), 'lakehouse-tarballs-'));
try {
  say('versions');
  const packages = raiseVersions(workspace);
  for (const { name, version } of packages) say(`  ${name} ${version}`);
  if (!dryRun && run('git', ['status', '--porcelain'], root) !== '') {
    run('git', ['add', '--all'], root);
    run('git', ['commit', '--message', 'Versions and changelogs of a release'], root);
  }
  say('build');
  run('pnpm', ['run', 'build'], workspace);
  say('publint and attw');
  run('pnpm', ['run', 'lint:package'], workspace);
  say('pack');
  mkdirSync(folder, { recursive: true });
  const tarballs = packPackages(workspace, folder);
  say(dryRun ? 'publish (dry run)' : 'publish');
  for (const { name, version } of packages) publish(name, version, tarballs.get(name));
  if (!dryRun) say(run('pnpm', ['exec', 'changeset', 'git-tag'], root));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  remove();
  if (!options.tarballs) rmSync(folder, { recursive: true, force: true });
}
