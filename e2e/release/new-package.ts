import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which a command is ended: npm goes on for a quarter of an hour where it reaches no registry. */
export const mostMs = 200_000;

export type Environment = Readonly<Record<string, string | undefined>>;

/** A port that is free now. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/**
 * The environment of somebody who uses npm for the first time: settings and programs of their own below the folder, and
 * only the downloads of this machine, which are found by what is in them. `@my-team` is a team that publishes to `registry`.
 */
export const npmEnvironment = (folder: string, registry: string): Environment => {
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  const own = path.join(folder, 'npm-cache');
  mkdirSync(own);
  if (existsSync(path.join(cache, '_cacache')))
    symlinkSync(path.join(cache, '_cacache'), path.join(own, '_cacache'));
  const settings = path.join(homedir(), '.npmrc');
  const lines = [
    // Where this machine downloads from; its user's other habits would change what the commands do.
    ...(existsSync(settings) ? readFileSync(settings, 'utf8').split('\n') : []).filter((line) =>
      /^(registry|cafile|\/\/)/.test(line),
    ),
    `@my-team:registry=${registry}/`,
    `${registry.replace('http:', '')}/:_authToken=local`,
    'prefer-offline=true',
    'update-notifier=false',
    'audit=false',
    'fund=false',
    '',
  ];
  writeFileSync(path.join(folder, 'npmrc'), lines.join('\n'));
  // What vitest and pnpm say about this run is not for the programs in it, but where and how this machine downloads is.
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|npm_(?!config_(registry|cafile|globalconfig)$)|pnpm_)/i.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    NPM_CONFIG_USERCONFIG: path.join(folder, 'npmrc'),
    NPM_CONFIG_CACHE: own,
    NO_COLOR: '1',
  };
};

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

/** A command that goes on in the background. */
export interface Service {
  /** Ends it with everything that it started. */
  end(): Promise<void>;
}

/** Starts a command and resolves once it listens on its port; throws with what it printed when it ends before. */
export const startService = async (
  command: string,
  { cwd, env, port }: { cwd: string; env: Environment; port: number },
): Promise<Service> => {
  const child: ChildProcess = spawn('bash', ['-euo', 'pipefail', '-c', command], {
    cwd,
    env,
    detached: true, // a process group of its own, so that npm's children end with it
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: Buffer) => {
      output += text.toString();
    });
  }
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
      process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  const deadline = Date.now() + 120_000;
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`${command}\nended with ${child.exitCode}\n${output}`);
    if (Date.now() > deadline) {
      await end();
      throw new Error(`${command}\ndoes not listen on ${port}\n${output}`);
    }
    await sleep(50);
  }
  return { end };
};

/** Serves packed tarballs as a registry. */
export const startRegistry = async (packed: string): Promise<Service & { readonly url: string }> => {
  const port = await freePort();
  const script = path.resolve(import.meta.dirname, '../../scripts/local-registry.mjs');
  const service = await startService(
    `exec "${process.execPath}" "${script}" --port ${port} --packed "${packed}"`,
    { cwd: packed, env: process.env, port },
  );
  return { ...service, url: `http://127.0.0.1:${port}` };
};
