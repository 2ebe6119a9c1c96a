import { setTimeout as sleep } from 'node:timers/promises';
import { rssMiB } from '../lib/proc.mjs';
import { warmUp } from './loop.mjs';
import { streamScene } from './scenes.mjs';

const chunkBytes = 16 * 1024;
const chunks = 1_000;
const sampleMs = 250;

/** Callers who stop reading a large stream: how much memory grows for each, at most. */
export const stall = {
  name: 'stall',
  title: `Callers who stop reading: ${((chunks * chunkBytes) / 2 ** 20).toFixed(1)} MiB offered to each`,
  kind: 'stall',
  subjects: (mode) => mode.stall.subjects,
  peers: true,
  async run(stage, mode, subject) {
    const { streams, forMs } = mode.stall;
    const running = await stage.fresh(subject);
    try {
      await warmUp(stage, running, mode.warm); // the space for young objects has its size by then
      await sleep(500);
      const before = rssMiB(running.pids);
      const scene = streamScene(running, { chunks, size: chunkBytes });
      const stalled = await stage.begin('stall', { ...scene, streams, forMs });
      const memory = [];
      for (let waited = 0; waited < forMs - sampleMs; waited += sampleMs) {
        await sleep(sampleMs);
        memory.push(rssMiB(running.pids));
      }
      await stalled.over();
      const most = Math.max(...memory);
      return {
        samples: [{ before, memory }],
        values: { streams, before, most, perStream: (most - before) / streams },
      };
    } finally {
      await running.stop();
    }
  },
};
