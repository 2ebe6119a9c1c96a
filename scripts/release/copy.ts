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
const filesOf = (root: string): readonly string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\0')
    .filter((file) => file !== '' && existsSync(path.join(root, file)));

/** The copy's folder, which shares the dependencies of `root`. `built`: the `dist` folders are copied too. */
export const copyWorkTree = (
  root: string,
  { built }: { built: boolean },
): { copy: string; remove: () => void } => {
  const copy = mkdtempSync(path.join(tmpdir(), 'lakehouse-release-'));
  const kinds = built ? ['node_modules', 'dist'] : ['node_modules'];
  const folders = globSync(
    kinds.flatMap((kind) => [`{packages,apps}/*/${kind}`, `e2e/compatibility/provider/${kind}`]),
    { cwd: root },
  );
  for (const name of [...filesOf(root), ...folders]) {
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
