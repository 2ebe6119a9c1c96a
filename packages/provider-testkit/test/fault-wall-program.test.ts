import { expect, it } from 'vitest';
import { startFaultWall } from '../src/fault-wall/index.js';
import { runSource } from './support/run-source.js';

const program = 'fault-wall/main.ts';

it.each(['SIGINT', 'SIGTERM'] as const)(
  'prints one line with its address, and ends on %s',
  async (signal) => {
    const { firstLine, kill, ended } = runSource(program, ['--port', '0']);
    const line = await firstLine;
    const url =
      /^The fault wall listens on (http:\/\/127\.0\.0\.1:\d+); GET \1\/wall\/faults lists its faults$/.exec(
        line,
      )?.[1];
    expect(url, line).toBeDefined();
    const asking = fetch(`${url}/api/chat`, { method: 'POST', body: '{"model":"never-answers"}' }).catch(
      () => 'broken off',
    );
    await expect
      .poll(async () => (await fetch(`${url}/wall/sockets`)).json())
      .toMatchObject({ openRequests: 1 });
    kill(signal);
    expect(await ended).toEqual({ code: 0, stdout: `${line}\n`, stderr: '' });
    expect(await asking).toBe('broken off');
  },
);

it('--help prints how it is used', async () => {
  const { code, stdout, stderr } = await runSource(program, ['--help']).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: lakehouse-fault-wall .*--port PORT.*--help/s);
});

it.each([
  [['--port', 'http'], '--port must be a number from 0 to 65535, not "http"'],
  [['--port', '70000'], '--port must be a number from 0 to 65535, not "70000"'],
  [['--ports'], '--ports'],
  [['healthy'], 'healthy'],
])('%j ends with one line that says what is wrong', async (parameters, message) => {
  const { code, stdout, stderr } = await runSource(program, parameters).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^lakehouse-fault-wall: .+\n$/);
  expect(stderr).toContain(message);
});

it('a port that is taken is named', async () => {
  const wall = await startFaultWall();
  const { port } = new URL(wall.url);
  const { code, stderr } = await runSource(program, ['--port', port]).ended;
  await wall.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`127.0.0.1:${port}`);
});
