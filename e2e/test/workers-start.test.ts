import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { makePidFolder, pidConfig } from '../support/pid-service.js';

const main = path.resolve(import.meta.dirname, '../../apps/chatd/dist/main.js');

/** Starts chatd, which is to end by itself. */
const run = async (toml: string, parameters: readonly string[] = []) => {
  const folder = makePidFolder(toml);
  const child = spawn(process.execPath, [main, ...parameters], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { folder, stdout, stderr, code: code as number };
};

const both = [1, 3] as const;

it.each(both)('a port that is in use is said in one line (workers = %s)', async (workers) => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, stdout, stderr } = await run(pidConfig(`workers = ${workers}`), [
    '--bind',
    `127.0.0.1:${port}`,
  ]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    `chatd: 127.0.0.1:${port} is in use, perhaps by another chatd; --bind chooses another address\n`,
  );
});

it.each(both)('so is a plugin that cannot be created (workers = %s)', async (workers) => {
  const { folder, code, stdout, stderr } = await run(pidConfig(`workers = ${workers}`, 'times = 0'));
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.replaceAll(folder, '')).toBe(
    'chatd: the config is not valid\n/lakehouse.toml:5:18: chatd.providers.pid: cannot be created: it was created 0 times already\n',
  );
});

it.each([0, 65, 1.5, '"many"', 'true'])('workers = %s is refused', async (workers) => {
  const { code, stderr } = await run(pidConfig(`workers = ${workers}`));
  expect(code).toBe(1);
  expect(stderr).toMatch(/chatd\.workers: expected a whole number from 1 to 64, or "auto" for one per core/);
});

it('a plugin that ends its process keeps several from starting', async () => {
  const { code, stderr } = await run(pidConfig('workers = 2', 'ends = true'));
  expect(code).toBe(1);
  expect(stderr).toBe('chatd: a worker ended (exit code 7)\n');
});
