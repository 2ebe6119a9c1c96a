import { watchMachine } from '../lib/proc.mjs';
import { latencies, spread } from '../lib/statistics.mjs';
import { reference } from '../subjects/list.mjs';
import { warmUp } from './loop.mjs';
import { wholeScene } from './scenes.mjs';

const shares = ['p50', 'p90', 'p99', 'p999'];

/** Latency at a fixed rate, from when each request was due; direct, floor and subject in turn, in changing order. */
export const openLoop = {
  name: 'open-loop',
  title: 'Open loop: whole requests of 1 KB at a fixed rate, Poisson arrivals, latency from the due time',
  kind: 'open',
  subjects: (mode) => mode.open.subjects,
  peers: true,
  async run(stage, mode, subject) {
    const { perSecond, seconds, pairs: rounds } = mode.open;
    if (mode.generations > 1) await stage.restart();
    const names = ['direct', reference, subject];
    const samples = [];
    const sides = await Promise.all(names.map((name) => stage.get(name)));
    for (const running of sides) await warmUp(stage, running, mode.warm);
    for (let round = 0; round < rounds; round += 1) {
      const sample = { cores: await stage.place(sides) };
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        const running = await stage.get(name);
        const machine = watchMachine();
        const job = { ...wholeScene(running), perSecond, seconds, seed: 1 + round };
        sample[name] = { ...(await stage.load('open', job)), machine: machine() };
      }
      samples.push(sample);
    }
    const all = (name) => latencies(samples.flatMap((sample) => sample[name].took));
    const [direct, floor, own] = names.map(all);
    const of = (make) => Object.fromEntries(shares.map((share) => [share, make(share)]));
    return {
      reference,
      samples,
      values: {
        perSecond,
        direct,
        floor,
        own,
        aboveDirect: of((share) => own[share] - direct[share]),
        ratio: of((share) =>
          spread(samples.map((sample) => sample[subject].latency[share] / sample[reference].latency[share])),
        ),
      },
    };
  },
};
