// A copy of the work tree outside of it, in which versions may be raised and packages built without a trace here.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const workspaceFile = 'pnpm-workspace.yaml';

/** Tracked files and new ones that are not ignored. */
const filesOf = (root) =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\0')
    .filter((file) => file !== '' && existsSync(path.join(root, file)));

/** The folder of the copy, which has the dependencies of `root`; `built`: its `dist` folders too. */
export const copyWorkTree = (root, { built }) => {
  const copy = mkdtempSync(path.join(tmpdir(), 'lakehouse-release-'));
  const ignored = globSync('{packages,apps}/*/{node_modules,dist}', { cwd: root });
  const kept = ignored.filter((folder) => built || path.basename(folder) !== 'dist');
  for (const name of [...filesOf(root), ...kept]) {
    mkdirSync(path.dirname(path.join(copy, name)), { recursive: true });
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true, verbatimSymlinks: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  // Else each command in the copy would install first, through the link above.
  const workspace = readFileSync(path.join(copy, workspaceFile), 'utf8');
  writeFileSync(
    path.join(copy, workspaceFile),
    workspace.replace(/^verifyDepsBeforeRun:.*$/m, 'verifyDepsBeforeRun: false'),
  );
  return { copy, remove: () => rmSync(copy, { recursive: true, force: true }) };
};
