import { cpuMicroseconds, watchMachine } from '../lib/proc.mjs';
import { streamScene, wholeScene } from './scenes.mjs';

/** How many connections a closed loop has. */
export const connections = 32;

/** Brings a subject's JIT to where it stays: so many whole requests of 1 KB, and streams where `streams` is given. */
export const warmUp = async (stage, running, { whole, stream = 0 }) => {
  const missing = whole - running.warm.whole;
  if (missing > 0) await stage.load('closed', { ...wholeScene(running), requests: missing, connections });
  const missingStreams = stream - running.warm.stream;
  if (missingStreams > 0)
    await stage.load('closed', { ...streamScene(running), requests: missingStreams, connections });
  running.warm.whole = Math.max(running.warm.whole, whole);
  running.warm.stream = Math.max(running.warm.stream, stream);
};

/** The same for what measures streams. */
export const warmUpStreams = (stage, running, { whole, streams }) =>
  warmUp(stage, running, { whole, stream: streams });

/** One closed loop: CPU of a request in microseconds over all of the subject's processes, rate, latency, the machine. */
export const measureLoop = async (stage, running, scene, requests) => {
  const machine = watchMachine();
  const before = cpuMicroseconds(running.pids);
  const { latency, seconds, perSecond } = await stage.load('closed', { ...scene, requests, connections });
  const cpu = (cpuMicroseconds(running.pids) - before) / requests;
  return { cpu, perSecond, p50: latency.p50, p99: latency.p99, seconds, requests, machine: machine() };
};
