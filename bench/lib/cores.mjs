// On which core a sample runs. A core shares its caches and its units with a sibling, which may be a neighbour's: it is up to twice
// as slow then, for seconds or minutes, whatever `/proc` says of the machine.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ask, nextMessage, startNode, stopChild } from './children.mjs';

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

/** Those that share a physical core with one, itself included. */
const siblingsOf = (core) =>
  readCoreList(
    readFileSync(`/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`, 'utf8').trim(),
  );

/** Lets a process run on these cores: its first thread and what that begins later, or with `all` each of its threads. */
const keepOn = (cores, pid, { all = false } = {}) => {
  try {
    execFileSync('taskset', [all ? '-acp' : '-cp', cores.join(), String(pid)], { stdio: 'ignore' });
  } catch (error) {
    if (existsSync(`/proc/${pid}`)) throw error; // who has ended meanwhile needs no core
  }
};

const startProbe = async (core) => {
  const child = startNode(probeFile, [], { ipc: true });
  try {
    keepOn([core], child.pid);
  } catch {
    await stopChild(child);
    return undefined;
  }
  await nextMessage(child, 'core probe');
  return { core, child };
};

/** Starts a probe for each core. With a single core, or where `taskset` is missing or refused, nothing is placed. */
export const openCores = async () => {
  const cores = allowedCores();
  const probes = [];
  for (const core of cores.length > 1 ? cores.slice(0, most) : []) {
    const probe = await startProbe(core);
    if (!probe) break;
    probes.push(probe);
  }
  return {
    /**
     * Puts the main threads of those who are measured on the quickest core, all on the same, and the others on the rest; V8's own
     * threads stay where they are. Resolves with the milliseconds of each core's probe, the quickest first; with none where nothing
     * is placed.
     */
    async place(measured, others) {
      const looks = [];
      for (const { core, child } of probes) looks.push({ core, ...(await ask(child, { ask: 'probe' })) });
      if (looks.length === 0) return looks;
      const [quickest] = looks.sort((left, right) => left.ms - right.ms);
      const siblings = siblingsOf(quickest.core);
      const apart = cores.filter((core) => !siblings.includes(core));
      const rest = apart.length > 0 ? apart : cores.filter((core) => core !== quickest.core);
      for (const pid of measured) keepOn([quickest.core], pid);
      for (const pid of others) keepOn(rest, pid);
      return looks;
    },
    /** Lets processes that were placed run on every core again. */
    free(pids) {
      if (probes.length > 0) for (const pid of pids) keepOn(cores, pid, { all: true });
    },
  };
};
