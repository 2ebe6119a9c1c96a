import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';

const oldest = [22, 19] as const;

/** Whether a Node of this version, for example `20.20.2`, is older than the packages declare. */
export const isOldNode = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
};

/** The Node that a checkout brings along: the optional dependency "node" of its root. */
const findOwnNode = (): string | undefined => {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    return undefined; // not a checkout, or a platform for which that package has no build
  }
};

const launched = 'LAKEHOUSE_LAUNCHED';

const runWith = (node: string): void => {
  const child = spawn(node, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [launched]: '1' },
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
};

/** Whoever ends the first process without a signal that it could pass on has ended the program all the same. */
const stopWithLauncher = (): void => {
  const isLaunched = process.env[launched] !== undefined && process.channel !== undefined;
  delete process.env[launched]; // whoever is started from here has another parent
  if (!isLaunched) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
};

/** Runs `load` on a Node that is new enough; otherwise the same command with the checkout's own Node. */
export const launch = async (name: string, load: () => Promise<unknown>): Promise<void> => {
  if (!isOldNode(process.versions.node)) {
    stopWithLauncher();
    await load();
    return;
  }
  const node = findOwnNode();
  if (node !== undefined) runWith(node);
  else {
    process.stderr.write(`${name}: Node >= ${oldest.join('.')} is needed, this is ${process.version}\n`);
    process.exitCode = 1;
  }
};
