import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Node runs these sources as they are, but looks for the `.js` that their imports name. */
const hooks = `
import { registerHooks } from 'node:module';
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier.startsWith('.') && !context.parentURL?.includes('/node_modules/')
        ? specifier.replace(/\\.js$/, '.ts')
        : specifier,
      context,
    ),
});`;

export interface Run {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves with the first line of standard output. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** Runs a program of this package in a process of its own; it is ended with the test. */
export const runSource = (file: string, parameters: readonly string[], cwd?: string): Run => {
  const child = spawn(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(hooks)}`,
      fileURLToPath(new URL(`../../src/${file}`, import.meta.url)),
      ...parameters,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd !== undefined && { cwd }) },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const firstLine = Promise.withResolvers<string>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    if (output.stdout.includes('\n')) firstLine.resolve(output.stdout.split('\n', 1)[0] ?? '');
  });
  const ended = new Promise<Awaited<Run['ended']>>((resolve) => {
    child.once('close', (code) => resolve({ code, ...output }));
  });
  void ended.then(({ stderr }) => firstLine.resolve(stderr));
  return { kill: (signal) => void child.kill(signal), firstLine: firstLine.promise, ended };
};
