import { type ChildProcessByStdio, spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';

const main = path.resolve(import.meta.dirname, '../../dist/main.js');

export interface RunningProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
  /** Resolves with the first match in standard output; rejects when the process ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Runs the built program as its users do; it is ended with the test. */
export const runMain = (
  parameters: readonly string[],
  cwd: string,
  environment: Record<string, string> = {},
): RunningProcess => {
  const child = spawn(process.execPath, [main, ...parameters], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const checks = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    for (const check of checks) check();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    child,
    output: () => output,
    exited,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = pattern.exec(output.stdout);
          if (found) resolve(found);
        };
        checks.add(check);
        check();
        void exited.then((code) =>
          reject(new Error(`it ended with ${code}: ${output.stdout}${output.stderr}`)),
        );
      }),
  };
};

/** Starts the service and resolves once it listens. */
export const startMain = async (
  cwd: string,
  parameters: readonly string[] = [],
  environment?: Record<string, string>,
): Promise<RunningProcess & { readonly url: string }> => {
  const running = runMain(['--bind', '127.0.0.1:0', ...parameters], cwd, environment);
  const [, url = ''] = await running.until(/"url":"([^"]+)"/);
  return { ...running, url };
};
