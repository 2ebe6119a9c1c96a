import { setTimeout as sleep } from 'node:timers/promises';
import { rssMiB, watchMachine } from '../lib/proc.mjs';
import { spread } from '../lib/statistics.mjs';

/** From the start of the process to its first ready answer, and its memory when it has done nothing yet. */
export const start = {
  name: 'start',
  title: 'Start to ready, and memory before the first request',
  kind: 'start',
  subjects: (mode) => mode.start.subjects,
  peers: true,
  async run(stage, mode, subject) {
    const samples = [];
    for (let time = 0; time < mode.start.times; time += 1) {
      const machine = watchMachine();
      const running = await stage.fresh(subject);
      try {
        await sleep(mode.start.idleMs);
        samples.push({ readyMs: running.readyMs, idle: rssMiB(running.pids), machine: machine() });
      } finally {
        await running.stop();
      }
    }
    return {
      samples,
      values: {
        readyMs: spread(samples.map(({ readyMs }) => readyMs)),
        idle: spread(samples.map(({ idle }) => idle)),
      },
    };
  },
};
