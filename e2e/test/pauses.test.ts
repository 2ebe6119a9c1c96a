import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { makePidFolder, pidConfig } from '../support/pid-service.js';

const main = path.resolve(import.meta.dirname, '../../apps/chatd/dist/main.js');

/** V8 looks so long after a full collection, of which a start takes at least one, whether this is a pause; else eight seconds. */
const options = ['--gc-memory-reducer-start-delay-ms=100', '--trace-memory-reducer'];

it.each([
  { workers: 1, processes: 1 },
  { workers: 2, processes: 3 },
])(
  'no process of a service with workers = $workers collects everything in a pause',
  async ({ workers, processes }) => {
    const child = spawn(process.execPath, [...options, main], {
      cwd: makePidFolder(pidConfig(`workers = ${workers}`)),
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const said = text(child.stdout);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (piece: Buffer) => piece.includes('chatd is listening') && resolve());
      child.once('exit', (code) => reject(new Error(`chatd ended with ${code}`)));
    });
    await sleep(1_000);
    child.kill('SIGTERM');
    await once(child, 'close');
    const looks = [...(await said).matchAll(/^\[(\d+):.*Memory reducer: (?:low|high) alloc/gm)];
    expect(new Set(looks.map(([, pid]) => pid)).size).toBe(processes);
    expect(await said).not.toMatch(/Memory reducer: (waiting|started)/);
  },
);
