import { readFileSync, writeFileSync } from 'node:fs';

const bytesOf = (pid: number, name: 'VmRSS' | 'VmHWM'): number => {
  const [, kibibytes] =
    new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kibibytes === undefined) throw new Error(`the kernel does not tell ${name} of ${pid}`);
  return Number(kibibytes) * 1024;
};

/** How much a process grew at most while `work` was done, in bytes: the high-water mark of Linux, and 0 elsewhere. */
export const peakGrowth = async (pid: number, work: () => Promise<unknown>): Promise<number> => {
  if (process.platform !== 'linux') {
    await work();
    return 0;
  }
  writeFileSync(`/proc/${pid}/clear_refs`, '5'); // the mark falls to what the process has now
  const before = bytesOf(pid, 'VmRSS');
  await work();
  return bytesOf(pid, 'VmHWM') - before;
};
