import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { journalPlugin, readJournal } from './support/journal-plugin.js';
import { folderWith } from './support/plugin-folder.js';

const main = path.resolve(import.meta.dirname, '../dist/main.js');
/** util-linux's program that runs another one in a terminal of its own; elsewhere it takes other options. */
const script = 'script';
const hasScript =
  process.platform === 'linux' && spawnSync(script, ['--version']).stdout?.includes('util-linux');

it.skipIf(!hasScript)(
  'a service whose terminal is closed stops, though SIGHUP means a reload elsewhere',
  async () => {
    const folder = folderWith({
      'journal.mjs': journalPlugin,
      'lakehouse.toml': '[chatd.providers.main]\nuse = "./journal.mjs"\njournal = "journal"\nsays = "old"\n',
    });
    const journal = () => readJournal(path.join(folder, 'journal'));
    const command = `echo pid=$$; exec ${process.execPath} ${main} --bind 127.0.0.1:0`;
    const terminal = spawn(script, ['-qec', command, '/dev/null'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let output = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await expect.poll(() => output, { timeout: 10_000 }).toMatch(/chatd is listening/);
    const pid = Number(/pid=(\d+)/.exec(output)?.[1]);
    const isAlive = (): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    onTestFinished(() => {
      if (isAlive()) process.kill(pid, 'SIGKILL');
    });

    process.kill(pid, 'SIGHUP');
    await expect.poll(() => output).toMatch(/config reloaded/);
    expect(isAlive()).toBe(true);
    terminal.kill('SIGKILL'); // as a window that is closed
    await expect.poll(isAlive, { timeout: 5000 }).toBe(false);
    expect(journal().slice(-2)).toEqual(['old closed', 'old closed']);
  },
);
