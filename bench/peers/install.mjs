// Installs the peers, each into a folder of its own, as the workspace's own install knows nothing of them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folderOf, isInstalled, packages } from './packages.mjs';

const limitMs = 180_000;

/** Installs one peer; resolves with what is wrong, or undefined. */
const install = async (name, say) => {
  const folder = folderOf(name);
  const { install: wanted, overrides } = packages[name];
  rmSync(folder, { recursive: true, force: true }); // what is left of an install that broke off
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, overrides }));
  say(`installing ${wanted.join(', ')}`);
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', '--prefer-offline'];
  const child = spawn('npm', ['install', ...quiet, '--ignore-scripts', ...wanted], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: limitMs,
  });
  try {
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) return `npm install ended with ${code ?? signal}`;
  } catch (error) {
    return `npm did not start: ${error.code}`;
  }
  return isInstalled(name) ? undefined : 'the package lacks its entry';
};

/** Installs what is missing; resolves with what is wrong, by the peer's name. */
export const installPeers = async (say) => {
  const problems = {};
  for (const name of Object.keys(packages)) {
    const problem = isInstalled(name) ? undefined : await install(name, say);
    if (problem !== undefined) problems[name] = problem;
  }
  return problems;
};
