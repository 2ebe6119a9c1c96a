import { describe, expect, it } from 'vitest';
import { askFresh, getFresh, holdFresh, together } from '../support/fresh-calls.js';
import { askAll, isAlive, linesOf, readPid, startPidService } from '../support/pid-service.js';
import type { RunningProgram } from '../support/program.js';

const queued = async (service: RunningProgram): Promise<number | undefined> => {
  const { providers } = await getFresh<{ providers: readonly { queued?: number }[] }>(
    service,
    '/v1/chat/providers',
  );
  return providers[0]?.queued;
};

describe('a worker that is killed', () => {
  it('is replaced, and meanwhile the others serve the same port', async () => {
    const service = await startPidService('workers = 3');
    const { pids } = await askAll(service);
    const [lost = 0, ...left] = pids;
    process.kill(lost, 'SIGKILL');
    await expect.poll(() => linesOf(service, /^a worker ended/)).toHaveLength(1);
    const [line] = linesOf(service, /^a worker ended/);
    expect(line).toMatchObject({ level: 50, pid: lost, signal: 'SIGKILL' });
    expect(new Set((await askAll(service)).pids)).toEqual(new Set(left));
    await expect.poll(() => linesOf(service, /in the place of/), { timeout: 10_000 }).toHaveLength(1);
    const now = (await askAll(service)).pids;
    expect(now.size).toBe(3);
    for (const pid of left) expect(now).toContain(pid);
    expect(now).not.toContain(lost);
  });

  it('gives back its places, to those who wait in other workers', async () => {
    const service = await startPidService('workers = 2', 'concurrency = 1');
    const { pid: holder } = readPid(await holdFresh(service, 'pid/60000'));
    // Turns are as even as the machine is quiet: what the holder took is lost with it, be it one call or five.
    const waiting = together(6, () =>
      askFresh(service, 'pid/0').then(
        ({ text }) => readPid(text).pid,
        (error: unknown) => {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/) });
          return undefined;
        },
      ),
    );
    await expect.poll(() => queued(service)).toBe(6);
    process.kill(holder, 'SIGKILL');
    const served = (await waiting).filter((outcome) => outcome !== undefined);
    const [other = 0] = served;
    expect([isAlive(other), new Set(served)]).toEqual([true, new Set([other])]);
    expect(other).not.toBe(holder);
    // Whoever is left tells of each call that it had: one that it lost itself would be a line more.
    await expect.poll(() => linesOf(service, /^chat$/)).toHaveLength(served.length);
  });

  it('all at once, leave the port to those who take their places', async () => {
    const service = await startPidService('workers = 2');
    const { pids } = await askAll(service);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await expect.poll(() => linesOf(service, /in the place of/), { timeout: 10_000 }).toHaveLength(2);
    const now = (await askAll(service)).pids;
    expect([now.size, [...pids].some((pid) => now.has(pid))]).toEqual([2, false]);
  });
});

it('workers end with a primary that is killed', async () => {
  const service = await startPidService('workers = 2');
  const { pids } = await askAll(service);
  expect([...pids].map(isAlive)).toEqual([true, true]);
  service.signal('SIGKILL');
  await expect.poll(() => [...pids].map(isAlive), { timeout: 5000 }).toEqual([false, false]);
});
