import { cpuMicroseconds, watchMachine } from '../lib/proc.mjs';
import { streamScene, wholeScene } from './scenes.mjs';

/** How many connections a closed loop has. */
export const connections = 32;
/** How many requests of a warm-up are sent over the same connections. */
const part = 1_000;

/**
 * Warms a subject with so many requests of a scene, in parts that have connections of their own, as samples have. Code that was compiled
 * while the same connections stayed is thrown away when the first of them closes, in the middle of a sample.
 */
export const warmBy = async (stage, scene, requests, parts = Math.ceil(requests / part)) => {
  for (let left = parts; left > 0; left -= 1)
    await stage.load('closed', { ...scene, requests: Math.ceil(requests / parts), connections });
};

/**
 * Brings a subject's JIT to where it stays: so many whole requests of 1 KB, and streams, in turn, as a service has them. Code that was
 * compiled for the one alone is thrown away by the other, and the thousands of requests behind it cost half as much again. What is
 * measured comes last.
 */
const warmInTurn = async (stage, running, { whole, stream }, last) => {
  const missing = {
    whole: Math.max(0, whole - running.warm.whole),
    stream: Math.max(0, stream - running.warm.stream),
  };
  const scenes = { whole: wholeScene(running), stream: streamScene(running) };
  const turns = Math.ceil(Math.max(missing.whole / part, missing.stream / part));
  const due = { whole: 0, stream: 0 };
  for (let turn = 1; turn <= turns; turn += 1) {
    for (const kind of last === 'stream' ? ['whole', 'stream'] : ['stream', 'whole']) {
      due[kind] += missing[kind] / turns;
      if (due[kind] < connections && turn < turns) continue; // each connection has one
      if (due[kind] > 0) await warmBy(stage, scenes[kind], due[kind], 1);
      due[kind] = 0;
    }
  }
  running.warm.whole = Math.max(running.warm.whole, whole);
  running.warm.stream = Math.max(running.warm.stream, stream);
};

/** For what measures whole requests. */
export const warmUp = (stage, running, { whole, stream = 0 }) =>
  warmInTurn(stage, running, { whole, stream }, 'whole');

/** For what measures streams. */
export const warmUpStreams = (stage, running, { whole, streams }) =>
  warmInTurn(stage, running, { whole, stream: streams }, 'stream');

/** One closed loop: CPU of a request in microseconds over all of the subject's processes, rate, latency, the machine. */
export const measureLoop = async (stage, running, scene, requests) => {
  const machine = watchMachine();
  const before = cpuMicroseconds(running.pids);
  const { latency, seconds, perSecond } = await stage.load('closed', { ...scene, requests, connections });
  const cpu = (cpuMicroseconds(running.pids) - before) / requests;
  return { cpu, perSecond, p50: latency.p50, p99: latency.p99, seconds, requests, machine: machine() };
};
