// Installs the agents that E2E_AGENTS asks for, each into a folder of its own; one that is there is left alone. Run by
// `pnpm test:agents`. They are large, so the workspace's own install knows nothing of them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agents, askedAgents, folderOf, isInstalled } from './agents.ts';

const install = (name) => {
  const folder = folderOf(name);
  rmSync(folder, { recursive: true, force: true }); // what is left of an install that broke off
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const what = `${agents[name].package}@${agents[name].version}`;
  process.stdout.write(`installing ${what}\n`);
  const scripts = agents[name].installScript ? [] : ['--ignore-scripts'];
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', '--prefer-offline'];
  const { status, error } = spawnSync('npm', ['install', ...quiet, ...scripts, what], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm install ${what} ended with ${status}`);
};

const asked = askedAgents(process.env);
if (asked.length === 0) {
  const names = Object.keys(agents).join(', ');
  process.stdout.write(
    `No agent is tested: set E2E_AGENTS=1, or some of ${names} with commas between them.\n`,
  );
}
for (const name of asked) if (!isInstalled(name)) install(name);
