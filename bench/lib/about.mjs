import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import path from 'node:path';

const git = (...args) => {
  try {
    return execFileSync('git', args, {
      cwd: path.resolve(import.meta.dirname, '../..'),
      encoding: 'utf8',
    }).trim();
  } catch {
    return undefined; // not a checkout, or no git: the run is worth as much
  }
};

/** On what a run ran. */
export const aboutRun = () => ({
  startedAt: new Date().toISOString(),
  commit: git('rev-parse', '--short', 'HEAD'),
  changedFiles: git('status', '--porcelain')?.split('\n').filter(Boolean).length,
  node: process.version,
  kernel: release(),
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  load: loadavg(),
});
