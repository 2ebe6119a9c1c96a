// The lines that differ between two texts, as `diff` prints them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Removed lines begin with `-`, added ones with `+`; two lines around each stay for orientation. */
export const diffLines = (before, after) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-diff-'));
  try {
    const files = [before, after].map((text, index) => {
      const file = path.join(folder, String(index));
      writeFileSync(file, text);
      return file;
    });
    const { stdout, error } = spawnSync('git', ['diff', '--no-index', '--no-color', '-U2', ...files], {
      encoding: 'utf8',
    });
    if (error) throw error;
    return stdout.split('\n').filter((line) => line !== '' && !/^(diff|index|---|\+\+\+|@@) ?/.test(line));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
