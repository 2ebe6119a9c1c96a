import path from 'node:path';
import { startSubject } from '../subjects/start.mjs';
import { ask, nextMessage, startNode, stopChild } from './children.mjs';
import { openCores } from './cores.mjs';

const file = (name) => path.resolve(import.meta.dirname, '..', name);
const jobMs = 240_000;

/**
 * What every measure plays on: the stand-in, the load generators, and the subjects, which are started when they are
 * asked for.
 */
export const openStage = async () => {
  const standIn = startNode(file('stand-in/main.mjs'), [], { ipc: true });
  const { url } = await nextMessage(standIn, 'stand-in');
  const cores = await openCores();
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

  const pidsOf = (subjects) => subjects.flatMap(({ pids }) => pids).filter((pid) => pid !== standIn.pid);
  /** What subjects need behind them, whose CPU is not theirs. */
  const behind = (subjects) => subjects.flatMap(({ pidsBehind = [] }) => pidsBehind);
  const helpers = () => [standIn, ...Object.values(generators)].map(({ pid }) => pid);

  /** Waits for a generator; after a failure it is replaced, so that no late answer is taken for the next one's. */
  const orReplace = async (name, answer) => {
    try {
      return await answer;
    } catch (error) {
      const child = generators[name];
      delete generators[name];
      await stopChild(child);
      throw error;
    }
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
      cores.free(helpers());
    },
    /** Gives these subjects the quickest core, and the stand-in and the generators the others; resolves with what the cores were like. */
    place: (subjects) => cores.place(pidsOf(subjects), [...behind(subjects), ...helpers()]),
    /** Lets all run where the system puts them. */
    free: () =>
      cores.free([...pidsOf([...running.values()]), ...behind([...running.values()]), ...helpers()]),
    /** Runs a job to its end. */
    async load(kind, job) {
      const child = await generator('first');
      return orReplace('first', ask(child, { ask: kind, job }, jobMs));
    },
    /** Begins a job that has a state to look at; `over` waits for its end. */
    async begin(kind, job) {
      const child = await generator('second');
      await orReplace('second', ask(child, { ask: kind, job }, jobMs));
      return { over: () => orReplace('second', nextMessage(child, kind, jobMs)) };
    },
    /** What the stand-in noted. */
    noted: (what) => ask(standIn, { ask: what }),
    url,
  };
};
