// What Linux tells of processes. CPU time comes from the scheduler's own clock in nanoseconds, not from ticks.
import { readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

const tickMs = 10; // USER_HZ is 100 on every Linux that Node runs on

/** The text of a file below /proc; empty when the process or thread has ended meanwhile. */
const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return '';
    throw error;
  }
};

const threadsOf = (pid) => {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
};

/** A process and all below it. */
const treeOf = (pid) => [
  pid,
  ...threadsOf(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number).flatMap(treeOf),
  ),
];

/** CPU time of processes and what is below them, threads of the JIT and the garbage collector included, in microseconds. */
export const cpuMicroseconds = (pids) => {
  let nanoseconds = 0;
  for (const pid of pids.flatMap(treeOf)) {
    for (const thread of threadsOf(pid)) {
      nanoseconds += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ', 1)[0] || 0);
    }
  }
  return nanoseconds / 1000;
};

/** Resident memory of processes and what is below them, in MiB. */
export const rssMiB = (pids) =>
  pids
    .flatMap(treeOf)
    .reduce((sum, pid) => sum + Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0), 0) /
  1024;

/** Milliseconds that the cores were busy since the machine started, and those that its host took away. */
const machine = () => {
  const fields = read('/proc/stat').split('\n', 1)[0].split(/\s+/).slice(1).map(Number);
  const [user, nice, system, , , irq, softirq, steal] = fields;
  return { busyMs: (user + nice + system + irq + softirq) * tickMs, stolenMs: steal * tickMs };
};

/**
 * Watches what else runs: the returned function says how many cores other processes than this bench used since, how many
 * the host took away, and the load.
 */
export const watchMachine = () => {
  const own = () => cpuMicroseconds([process.pid]) / 1000;
  const before = { ...machine(), ownMs: own(), at: performance.now() };
  return () => {
    const { busyMs, stolenMs } = machine();
    const wallMs = performance.now() - before.at;
    return {
      foreignCores: Math.max(0, (busyMs - before.busyMs - (own() - before.ownMs)) / wallMs),
      stolenCores: (stolenMs - before.stolenMs) / wallMs,
      load: loadavg()[0],
    };
  };
};
