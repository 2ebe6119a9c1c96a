// CPU and rate of whole requests and of streams, in pairs with the floor.
import { reference } from '../subjects/list.mjs';
import { measureLoop, warmBy, warmUp, warmUpStreams } from './loop.mjs';
import { runPaired, summarizeLoops } from './paired.mjs';
import { sizes, streamScene, usualChunks, wholeScene } from './scenes.mjs';

/** Who has a warm-up of its own in a mode gets it after the requests of 1 KB. */
const whole = ({ name, title, size, letters, ...more }) => ({
  name,
  title: `Whole requests of ${title}, closed loop, 32 connections`,
  kind: 'loop',
  subjects: (mode) => mode.subjects.sizes,
  async run(stage, mode, subject) {
    const scene = (running) => wholeScene(running, sizes[size], letters);
    const pairs = await runPaired(stage, mode, {
      subject,
      reference,
      isPlaced: true,
      prepare: async (running) => {
        await warmUp(stage, running, mode.warm);
        await warmBy(stage, scene(running), mode.warm[name] ?? 0);
      },
      sample: (running) => measureLoop(stage, running, scene(running), mode.requests[name]),
    });
    return { reference, pairs, values: summarizeLoops(pairs) };
  },
  ...more,
});

const streams = {
  name: 'stream-50',
  title: `Streams of ${usualChunks} chunks, closed loop, 32 connections`,
  kind: 'streams',
  subjects: (mode) => mode.subjects.stream,
  peers: true,
  async run(stage, mode, subject) {
    const pairs = await runPaired(stage, mode, {
      subject,
      reference,
      prepare: (running) => warmUpStreams(stage, running, mode.warm),
      sample: (running) => measureLoop(stage, running, streamScene(running), mode.requests.stream),
    });
    const values = summarizeLoops(pairs);
    return { reference, pairs, values: { ...values, cpuPerChunk: values.cpu.subject.median / usualChunks } };
  },
};

/** chatd directly beside a gateway of somebody else, both as OpenAI's protocol. */
const besidePeer = (kind) => ({
  name: `peer-${kind}`,
  title: `chatd's OpenAI front in pairs with other gateways: ${kind === 'whole' ? 'whole requests of 1 KB' : 'streams of 50 chunks'}`,
  kind: 'beside',
  subjects: () => [],
  peers: true,
  async run(stage, mode, peer) {
    const pairs = await runPaired(stage, mode, {
      subject: 'chatd-openai',
      reference: peer,
      isPlaced: kind === 'whole',
      prepare: (running) => (kind === 'whole' ? warmUp : warmUpStreams)(stage, running, mode.warm),
      sample: (running) =>
        kind === 'whole'
          ? measureLoop(stage, running, wholeScene(running), mode.requests['whole-1k'])
          : measureLoop(stage, running, streamScene(running), mode.requests.stream),
    });
    return { reference: peer, pairs, values: summarizeLoops(pairs) };
  },
});

export const requestMeasures = [
  whole({
    name: 'whole-1k',
    title: '1 KB',
    size: '1k',
    subjects: (mode) => mode.subjects.whole,
    peers: true,
  }),
  whole({ name: 'whole-32k', title: '32 KB', size: '32k' }),
  whole({ name: 'whole-32k-latin1', title: '32 KB in Latin-1', size: '32k', letters: 'latin1' }),
  whole({ name: 'whole-256k', title: '256 KB', size: '256k' }),
  streams,
  besidePeer('whole'),
  besidePeer('stream'),
];
