import { watchMachine } from '../lib/proc.mjs';
import { latencies, median } from '../lib/statistics.mjs';
import { reference } from '../subjects/list.mjs';
import { warmUpStreams } from './loop.mjs';
import { streamScene } from './scenes.mjs';

const chunks = 40;
const delay = 25;

/** Streams that start in the same instant: what is added to the first chunk and to the way of each chunk. */
export const firstToken = {
  name: 'first-token',
  title: `Time to first token: 32 simultaneous starts, ${chunks} chunks at ${delay} ms`,
  kind: 'first',
  subjects: (mode) => mode.subjects.first,
  peers: true,
  async run(stage, mode, subject) {
    if (mode.generations > 1) await stage.restart();
    const names = ['direct', reference, subject];
    for (const name of names) await warmUpStreams(stage, await stage.get(name), mode.warm);
    const samples = [];
    const turns = Math.max(1, Math.floor(mode.burst.rounds / 2));
    for (let turn = 0; turn < turns; turn += 1) {
      const sample = {};
      for (const name of turn % 2 === 0 ? names : names.toReversed()) {
        const running = await stage.get(name);
        const machine = watchMachine();
        const scene = streamScene(running, { chunks, delay, stamp: 1 });
        const job = { ...scene, streams: mode.burst.streams, rounds: 2, pauseMs: 50 };
        sample[name] = { ...(await stage.load('burst', job)), machine: machine() };
      }
      samples.push(sample);
    }
    const first = (name) => latencies(samples.flatMap((sample) => sample[name].firsts));
    const hop = (name, share) => median(samples.map((sample) => sample[name].hop[share]));
    const [direct, floor, own] = names.map(first);
    return {
      reference,
      samples,
      values: {
        direct,
        floor,
        own,
        added: { p50: own.p50 - direct.p50, p99: own.p99 - direct.p99 },
        hopAdded: {
          p50: hop(subject, 'p50') - hop('direct', 'p50'),
          p99: hop(subject, 'p99') - hop('direct', 'p99'),
        },
      },
    };
  },
};
