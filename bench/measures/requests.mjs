// CPU and rate of whole requests and of streams, in pairs with the floor.
import { reference } from '../subjects/list.mjs';
import { measureLoop, warmUp, warmUpStreams } from './loop.mjs';
import { runPaired, summarizeLoops } from './paired.mjs';
import { sizes, streamScene, usualChunks, wholeScene } from './scenes.mjs';

const wholeOf = (size) => ({
  name: `whole-${size}`,
  title: `Whole requests of ${size === '1k' ? '1 KB' : `${size.slice(0, -1)} KB`}, closed loop, 32 connections`,
  kind: 'loop',
  subjects: (mode) => (size === '1k' ? mode.subjects.whole : mode.subjects.sizes),
  peers: size === '1k',
  async run(stage, mode, subject) {
    const ownSize = mode.warm[`whole-${size}`];
    const pairs = await runPaired(stage, mode, {
      subject,
      reference,
      prepare: async (running) => {
        await warmUp(stage, running, mode.warm);
        if (ownSize !== undefined)
          await measureLoop(stage, running, wholeScene(running, sizes[size]), ownSize);
      },
      sample: (running) =>
        measureLoop(stage, running, wholeScene(running, sizes[size]), mode.requests[`whole-${size}`]),
    });
    return { reference, pairs, values: summarizeLoops(pairs) };
  },
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
  wholeOf('1k'),
  wholeOf('32k'),
  wholeOf('256k'),
  streams,
  besidePeer('whole'),
  besidePeer('stream'),
];
