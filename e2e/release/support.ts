import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { request } from 'undici';
import { onTestFinished } from 'vitest';
import { copyWorkTree } from '../../scripts/release/copy.js';
import { packPackages, raiseVersions, run, tarballsIn } from '../../scripts/release/pack.js';

export { run };

export const root = path.resolve(import.meta.dirname, '../..');

/** A folder outside of the workspace; remove it with the returned function. */
export const outsideFolder = (): { folder: string; remove: () => void } => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-release-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/**
 * Tarballs of every package that is published, by name, in the versions that the next release gives them: those that the
 * dry run of a release has left in `LAKEHOUSE_TARBALLS`, or else packed here from what is built.
 */
export const packAll = (destination: string): ReadonlyMap<string, string> => {
  const released = process.env.LAKEHOUSE_TARBALLS;
  if (released) return tarballsIn(root, released);
  const { copy, remove } = copyWorkTree(root, { built: true });
  try {
    raiseVersions(copy);
    return packPackages(copy, destination);
  } finally {
    remove();
  }
};

/** One npm install of everything together, so that the tarballs satisfy each other. */
export const npmInstall = (cwd: string, what: readonly string[]): void => {
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--install-links'];
  run('npm', ['install', ...quiet, ...what], cwd);
};

export const copyExample = (name: string, destination: string): void => {
  cpSync(path.join(root, 'examples', name), destination, { recursive: true });
};

/** Starts a chatd and resolves with its address once it listens; it is ended with the test. */
export const startChatd = (main: string, parameters: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(process.execPath, [main, '--bind', '127.0.0.1:0', ...parameters], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    const look = (text: Buffer): void => {
      output += text.toString();
      const url = /"url":"([^"]+)"/.exec(output)?.[1];
      if (url) resolve(url);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', (code) => reject(new Error(`chatd ended with ${code}: ${output}`)));
  });

export const ask = async (url: string, model: string, content: string): Promise<Record<string, unknown>> => {
  const answer = await request(`${url}/v1/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content }] }),
  });
  return (await answer.body.json()) as Record<string, unknown>;
};
