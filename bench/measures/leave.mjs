import { setTimeout as sleep } from 'node:timers/promises';
import { watchMachine } from '../lib/proc.mjs';
import { latencies } from '../lib/statistics.mjs';
import { warmUp } from './loop.mjs';
import { streamScene } from './scenes.mjs';

const waitMs = 5_000;
const delay = 20;
const chunks = 600; // twelve seconds: none ends by itself before the wait is over

/** Callers who leave: whether the upstream's side is closed too, and how soon. */
export const leave = {
  name: 'leave',
  title: `Callers who leave a stream: until the upstream's connection is closed, within ${waitMs / 1000} s`,
  kind: 'leave',
  subjects: (mode) => mode.leave.subjects,
  peers: true,
  async run(stage, mode, subject) {
    const running = await stage.get(subject);
    await warmUp(stage, running, { whole: 500, stream: 50 });
    await stage.noted('forget');
    const ids = Array.from({ length: mode.leave.streams }, (_, index) => `leaver${index}`);
    const scenes = ids.map((id) => [id, streamScene(running, { chunks, delay, id })]);
    const bodies = Object.fromEntries(scenes.map(([id, { body }]) => [id, body]));
    const [, { target, expect }] = scenes[0];
    const machine = watchMachine();
    const { left } = await stage.load('leave', { target, bodies, expect });
    let early = {};
    for (let waited = 0; waited < waitMs && Object.keys(early).length < ids.length; waited += 100) {
      await sleep(100);
      ({ early } = await stage.noted('early'));
    }
    const took = ids.filter((id) => early[id] !== undefined).map((id) => early[id] - left[id]);
    return {
      samples: [{ left, early, machine: machine() }],
      values: { asked: ids.length, closed: took.length, latency: latencies(took) },
    };
  },
};
