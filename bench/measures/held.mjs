import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicroseconds, rssMiB, watchMachine } from '../lib/proc.mjs';
import { spread } from '../lib/statistics.mjs';
import { measureLoop, warmUp } from './loop.mjs';
import { streamScene, wholeScene } from './scenes.mjs';

const restMs = 1_000;

/**
 * CPU of a request while streams run: what requests add to what the streams use by themselves. Their pieces come in bursts, once in
 * a period; so both are measured over whole periods.
 */
const measureBeside = async (stage, running, { requests, pairs, periodMs }) => {
  const samples = [];
  for (let index = 0; index < pairs; index += 1) {
    const cores = await stage.place([running]);
    const machine = watchMachine();
    const before = cpuMicroseconds(running.pids);
    await sleep(periodMs);
    const between = cpuMicroseconds(running.pids);
    const startedAt = performance.now();
    const sample = await measureLoop(stage, running, wholeScene(running), requests);
    const elapsedMs = performance.now() - startedAt;
    const periods = Math.ceil(elapsedMs / periodMs);
    await sleep(periods * periodMs - elapsedMs);
    const perPeriod = between - before;
    const cpu = (cpuMicroseconds(running.pids) - between - perPeriod * periods) / requests;
    samples.push({ ...sample, cpu, perPeriod, periods, cores, machine: machine() });
  }
  return samples;
};

const runHeld = async (stage, mode, subject, count) => {
  const running = await stage.fresh(subject);
  try {
    await warmUp(stage, running, { whole: mode.held.warm, stream: Math.round(mode.held.warm / 100) });
    await sleep(restMs);
    const alone = await measureBeside(stage, running, {
      ...mode.held,
      periodMs: Math.min(restMs, mode.held.everyMs),
    });
    await sleep(restMs);
    const before = rssMiB(running.pids);
    const { everyMs } = mode.held;
    // Long enough for the opening of all and for what is measured meanwhile.
    const holdMs = 3_000 + count + mode.held.pairs * 3 * everyMs;
    const chunks = Math.ceil(holdMs / everyMs) + 1;
    const scene = streamScene(running, { chunks, delay: everyMs });
    const held = await stage.begin('hold', { ...scene, streams: count });
    let isOver = false;
    const over = held.over().finally(() => {
      isOver = true;
    });
    let inside;
    let during;
    try {
      await sleep(restMs);
      inside = rssMiB(running.pids);
      during = await measureBeside(stage, running, { ...mode.held, periodMs: everyMs });
      if (isOver) throw new Error('the streams were over before the requests beside them were');
    } finally {
      await Promise.allSettled([over]); // the generator is free for another job only then
    }
    const result = await over;
    const cost = { alone: spread(alone.map(({ cpu }) => cpu)), during: spread(during.map(({ cpu }) => cpu)) };
    return {
      samples: [{ alone, during }],
      values: {
        count,
        idle: before,
        inside,
        perThousand: ((inside - before) * 1000) / count,
        complete: result.complete,
        problems: result.problems,
        cost,
        costRatio: cost.during.median / cost.alone.median,
      },
    };
  } finally {
    await running.stop();
  }
};

/** Memory of many slow streams, whether all came through, and what a request costs meanwhile. */
export const held = {
  name: 'held',
  title: 'Held streams: memory, loss, and what a request costs meanwhile',
  kind: 'held',
  subjects: (mode) =>
    mode.held.counts.flatMap((count) => mode.held.subjects.map((name) => `${name}@${count}`)),
  peers: false,
  run: (stage, mode, place) => {
    const [subject, count] = place.split('@');
    return runHeld(stage, mode, subject, Number(count));
  },
};
