// On which core a sample runs. A core shares its caches and its units with a sibling, which may be a neighbour's: it is up to twice
// as slow then, for seconds or minutes, whatever `/proc` says of the machine.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ask, nextMessage, startNode } from './children.mjs';

const probeFile = path.resolve(import.meta.dirname, 'core-probe.mjs');
const most = 8; // so many are probed; more would take longer than they bring

/** The numbers of a list as Linux writes it: `0-2,5` is 0, 1, 2 and 5. */
export const readCoreList = (text) =>
  text.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });

const allowedCores = () =>
  readCoreList(/^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);

/** Keeps the first thread of a process on these cores, and threads that it begins later. V8's own are there by then, and stay free. */
const keepOn = (cores, pid) =>
  execFileSync('taskset', ['-cp', cores.join(), String(pid)], { stdio: 'ignore' });

const startProbe = async (core) => {
  const child = startNode(probeFile, [], { ipc: true });
  keepOn([core], child.pid);
  await nextMessage(child, 'core probe');
  return { core, child };
};

/** Starts a probe for each core. With a single core, or without `taskset`, nothing is placed. */
export const openCores = async () => {
  const cores = allowedCores();
  const probes = [];
  try {
    if (cores.length > 1) for (const core of cores.slice(0, most)) probes.push(await startProbe(core));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return {
    /**
     * Puts those who are measured on the quickest core, all on the same, and the others on the rest. Resolves with the milliseconds of
     * each core's probe, the quickest first; with none where nothing is placed.
     */
    async place(measured, others) {
      const looks = [];
      for (const { core, child } of probes) looks.push({ core, ...(await ask(child, { ask: 'probe' })) });
      if (looks.length === 0) return looks;
      const [quickest] = looks.sort((left, right) => left.ms - right.ms);
      const rest = cores.filter((core) => core !== quickest.core);
      for (const pid of measured) keepOn([quickest.core], pid);
      for (const pid of others) keepOn(rest, pid);
      return looks;
    },
    /** Lets processes that were placed run on every core again. */
    free(pids) {
      if (probes.length > 0) for (const pid of pids) keepOn(cores, pid);
    },
  };
};
