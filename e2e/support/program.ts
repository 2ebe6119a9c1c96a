import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A line of a program's log. */
interface LogLine {
  /** `performance.now()` of this process, when the line came. */
  readonly at: number;
  readonly line: Readonly<Record<string, unknown>>;
}

/** In bytes. */
interface MemoryUse {
  /** What the operating system has given. */
  readonly rss: number;
  /** What is reachable: objects, and the buffers beside them. */
  readonly live: number;
}

/** One of the built programs in a process of its own. */
export interface RunningProgram {
  /** Where it listens. */
  readonly url: string;
  readonly pid: number;
  /** Absolute path of its config file. */
  readonly config: string;
  /** Resolves with its exit code once it has ended and its log is complete. */
  readonly ended: Promise<number | null>;
  /** In the order of their arrival. */
  readonly logs: readonly LogLine[];
  /** The line that tells of the chat request with this id. */
  chatLog(requestId: string): LogLine | undefined;
  /** After a garbage collection. Only where the program was started with the probe. */
  memory(): Promise<MemoryUse>;
  signal(name: NodeJS.Signals): void;
  /** Stops it as an operator does, and resolves when it has ended and its log is complete; again it does nothing. */
  stop(): Promise<void>;
}

interface ProgramOptions {
  /** Loads the soak test's probe into it, which can collect garbage and tell what is left. */
  readonly probe?: boolean;
  /** Text by name, for files beside the config. */
  readonly files?: Readonly<Record<string, string>>;
}

const root = path.resolve(import.meta.dirname, '../..');
const probe = path.join(root, 'e2e/soak/probe.mjs');

/** A program that does not stop fails its test, and must not outlive it. */
const longestStopMs = 10_000;

const askProbe = async (child: ChildProcess): Promise<MemoryUse> => {
  child.send({ collect: true });
  const [answer] = (await once(child, 'message')) as [
    { readonly rss: number; readonly heapUsed: number; readonly arrayBuffers: number },
  ];
  return { rss: answer.rss, live: answer.heapUsed + answer.arrayBuffers };
};

/** Starts `apps/APP/dist/main.js` with a config of its own; rejects when it ends before it listens. */
export const startProgram = async (
  app: 'chatd' | 'gateway',
  toml: string,
  environment: Readonly<Record<string, string>> = {},
  options: ProgramOptions = {},
): Promise<RunningProgram> => {
  const folder = mkdtempSync(path.join(tmpdir(), `${app}-`));
  const config = path.join(folder, 'lakehouse.toml');
  writeFileSync(config, toml);
  for (const [name, text] of Object.entries(options.files ?? {}))
    writeFileSync(path.join(folder, name), text);
  const main = path.join(root, `apps/${app}/dist/main.js`);
  const flags = options.probe ? ['--expose-gc', '--import', probe] : [];
  const child = spawn(process.execPath, [...flags, main, '--config', config], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'inherit', ...(options.probe ? (['ipc'] as const) : [])],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  const logs: LogLine[] = [];
  const chatLogs = new Map<string, LogLine>();
  const listening = Promise.withResolvers<string>();
  child.once('exit', (code) => listening.reject(new Error(`${app} ended with ${code} before it listened`)));
  if (!child.stdout) throw new Error(`${app} has no standard output`);
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Record<string, unknown>;
    const entry = { at: performance.now(), line };
    logs.push(entry);
    if (line.msg === 'chat') chatLogs.set(String(line.request_id), entry);
    if (typeof line.url === 'string') listening.resolve(line.url);
    else if (typeof line.bind === 'string') listening.resolve(`http://${line.bind}`);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${app} was not started`);
  return {
    url: await listening.promise,
    pid,
    config,
    ended,
    logs,
    chatLog: (requestId) => chatLogs.get(requestId),
    memory: () => askProbe(child),
    signal: (name) => void child.kill(name),
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), longestStopMs);
      await ended;
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
