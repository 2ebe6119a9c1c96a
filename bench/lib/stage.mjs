import path from 'node:path';
import { startSubject } from '../subjects/start.mjs';
import { ask, nextMessage, startNode } from './children.mjs';

const file = (name) => path.resolve(import.meta.dirname, '..', name);
const jobMs = 240_000;

/**
 * What every measure plays on: the stand-in, the load generators, and the subjects, which are started when they are
 * asked for. `notes` takes what could not be done.
 */
export const openStage = async () => {
  const standIn = startNode(file('stand-in/main.mjs'), [], { ipc: true });
  const { url } = await nextMessage(standIn, 'stand-in');
  const generators = {};
  const running = new Map();

  /** The load generator of a name: one for what is measured, another for what is held meanwhile. */
  const generator = async (name) => {
    if (!generators[name]) {
      generators[name] = startNode(file('load/main.mjs'), [], { ipc: true });
      await nextMessage(generators[name], 'load generator');
    }
    return generators[name];
  };

  /** Starts a subject that nobody else uses; the caller stops it. */
  const fresh = (name, options) => startSubject(name, url, { standInPid: standIn.pid, ...options });

  return {
    fresh,
    /** The subject's process of this generation, started once. */
    async get(name) {
      if (!running.has(name)) running.set(name, await fresh(name));
      return running.get(name);
    },
    /** Ends the subjects: the next ones are new processes. */
    async restart() {
      await Promise.all([...running.values()].map((subject) => subject.stop()));
      running.clear();
    },
    /** Runs a job to its end. */
    load: async (kind, job) => ask(await generator('first'), { ask: kind, job }, jobMs),
    /** Begins a job that has a state to look at; `over` waits for its end. */
    async begin(kind, job) {
      const child = await generator('second');
      await ask(child, { ask: kind, job }, jobMs);
      return { over: () => nextMessage(child, kind, jobMs) };
    },
    /** What the stand-in noted. */
    noted: (what) => ask(standIn, { ask: what }),
    url,
  };
};
