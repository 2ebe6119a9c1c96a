import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type AgentName, executableOf } from './agents.js';

export interface AgentRun {
  readonly parameters: readonly string[];
  /** All that it gets besides PATH and HOME; no key of the tester's. */
  readonly environment: Readonly<Record<string, string>>;
  readonly home: string;
  readonly workspace: string;
}

export interface AgentResult {
  /** Null where it was killed. */
  readonly code: number | null;
  readonly output: string;
  /** What it wrote to its standard error. */
  readonly complaints: string;
}

/** A run takes seconds; an agent that waits for something waits in vain. */
const longestMs = 90_000;

const killGroup = (leader: number): void => {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // all of it has ended
  }
};

/** Runs an agent to its end, and ends what it has left running. */
export const runAgent = async (name: AgentName, run: AgentRun): Promise<AgentResult> => {
  const { parameters, environment, home, workspace } = run;
  const child = spawn(executableOf(name), parameters, {
    cwd: workspace,
    // Those that are scripts take this Node, whatever else is on the PATH.
    env: { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`, HOME: home, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own
  });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  await once(child, 'spawn');
  const leader = child.pid as number;
  const closed = once(child, 'close') as Promise<[number | null]>;
  const timer = setTimeout(() => {
    complaints += `\nkilled after ${longestMs / 1_000} seconds`;
    killGroup(leader);
  }, longestMs);
  child.once('exit', () => killGroup(leader)); // a child of it may hold the pipes open
  const [code] = await closed;
  clearTimeout(timer);
  return { code, output, complaints };
};
