import { rssMiB } from '../lib/proc.mjs';
import { slope } from '../lib/statistics.mjs';
import { connections, warmUp } from './loop.mjs';
import { streamScene, wholeScene } from './scenes.mjs';

/** Memory after so many calls, slice by slice: the growth, and the slope of the second half per 100,000. */
const watch = async (stage, running, scene, total, slices) => {
  const each = Math.round(total / slices);
  const before = rssMiB(running.pids);
  const points = [];
  for (let slice = 1; slice <= slices; slice += 1) {
    await stage.load('closed', { ...scene, requests: each, connections });
    points.push([(slice * each) / 100_000, rssMiB(running.pids)]);
  }
  const secondHalf = points.slice(points.length >> 1);
  return { before, points, grown: points.at(-1)[1] - before, slope: slope(secondHalf) };
};

/** Whether memory comes to rest over many calls. */
export const leak = {
  name: 'leak',
  title: 'Memory after many calls',
  kind: 'leak',
  subjects: (mode) => mode.leak?.subjects ?? [],
  peers: false,
  async run(stage, mode, subject) {
    const { warm, requests, streams, slices } = mode.leak;
    const running = await stage.fresh(subject);
    try {
      await warmUp(stage, running, { whole: warm, stream: Math.round(warm / 20) });
      const whole = await watch(stage, running, wholeScene(running), requests, slices);
      const stream = await watch(stage, running, streamScene(running), streams, slices);
      return { samples: [{ whole, stream }], values: { requests, streams, whole, stream } };
    } finally {
      await running.stop();
    }
  },
};
