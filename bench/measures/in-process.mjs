import path from 'node:path';
import { baseline, libraries } from '../in-process/libraries.mjs';
import { ask, nextMessage, startNode, stopChild } from '../lib/children.mjs';
import { comparePairs, measurePairs } from '../lib/pairs.mjs';
import { cpuMicroseconds, watchMachine } from '../lib/proc.mjs';
import { usualChunks } from './scenes.mjs';

const file = path.resolve(import.meta.dirname, '../in-process/main.mjs');
const atOnce = 16;
const limitMs = 120_000;

const startLibrary = async (name, standIn) => {
  const child = startNode(file, [name, standIn], { ipc: true, env: { NODE_ENV: 'production' } });
  await nextMessage(child, name, 30_000);
  return child;
};

const run = (child, kind, count) =>
  ask(child, { ask: kind, job: { kind, count, chunks: usualChunks, atOnce } }, limitMs);

const sample = async (child, kind, count) => {
  const machine = watchMachine();
  const before = cpuMicroseconds([child.pid]);
  const { seconds } = await run(child, kind, count);
  return { cpu: (cpuMicroseconds([child.pid]) - before) / count, seconds, machine: machine() };
};

/** Client libraries in the caller's own process: CPU of a call and of a streamed chunk, in pairs with bare undici. */
export const inProcess = {
  name: 'in-process',
  title: `In process: ${atOnce} calls at a time, streams of ${usualChunks} chunks, in pairs with undici and JSON.parse`,
  kind: 'process',
  subjects: () => ['provider-openai-compat', 'provider-ollama'],
  ownPeers: Object.keys(libraries).filter((name) => libraries[name].peer),
  async run(stage, mode, name) {
    const sides = {};
    try {
      sides.subject = await startLibrary(name, stage.url);
      sides.reference = await startLibrary(baseline, stage.url);
      const { warm, whole, streams, pairs: count } = mode.process;
      for (const child of Object.values(sides)) {
        await run(child, 'whole', warm);
        await run(child, 'stream', streams);
      }
      const pairs = {
        whole: await measurePairs(count, (side) => sample(sides[side], 'whole', whole)),
        stream: await measurePairs(count, (side) => sample(sides[side], 'stream', streams)),
      };
      const stream = comparePairs(pairs.stream, 'cpu');
      const perChunk = stream.subject.median / usualChunks;
      return {
        reference: baseline,
        pairs,
        values: { whole: comparePairs(pairs.whole, 'cpu'), stream, perChunk },
      };
    } finally {
      await Promise.all(Object.values(sides).map((child) => stopChild(child)));
    }
  },
};
