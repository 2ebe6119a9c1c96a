// `pnpm freeze`: packs the contract as it is now, the kit, and a provider that is built against both, into
// e2e/compatibility/VERSION. Later versions are held against it. `--force` replaces a version that was frozen before.
import { copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { copyWorkTree } from './release/copy.ts';
import { raiseVersions, run } from './release/pack.ts';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({ options: { force: { type: 'boolean', default: false } } });
const frozen = ['@lakehouse/chat-core', '@lakehouse/provider-utils', '@lakehouse/provider-testkit'];
const provider = 'lakehouse-provider-courier';

/** `1.2` of `1.2.3`: patches change no contract. */
const minorOf = (version) => version.split('.').slice(0, 2).join('.');

const { copy, remove } = copyWorkTree(root, { built: true });
const packed = mkdtempSync(path.join(tmpdir(), 'lakehouse-frozen-'));
try {
  const versions = raiseVersions(copy);
  const version = minorOf(versions.find(({ name }) => name === frozen[0]).version);
  const folder = path.join(root, 'e2e/compatibility', version);
  if (existsSync(folder) && !options.force) {
    throw new Error(
      `chat-core ${version} is frozen already: it holds what people have installed. Only before ${version} is published may "pnpm freeze --force" replace it`,
    );
  }
  const filters = [...frozen, provider].flatMap((name) => ['--filter', name]);
  run('pnpm', ['-r', ...filters, 'pack', '--pack-destination', packed], copy);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const tarball of globSync('*.tgz', { cwd: packed })) {
    copyFileSync(path.join(packed, tarball), path.join(folder, tarball));
    const kibibytes = Math.ceil(statSync(path.join(folder, tarball)).size / 1024);
    process.stdout.write(`${path.relative(root, folder)}/${tarball} ${kibibytes} KiB\n`);
  }
  copyFileSync(path.join(root, 'packages/chat-core/api.md'), path.join(folder, 'chat-core.api.md'));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  remove();
  rmSync(packed, { recursive: true, force: true });
}
