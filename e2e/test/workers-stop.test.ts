import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { askFresh, together } from '../support/fresh-calls.js';
import { askAll, inFlight, isAlive, linesOf, startPidService } from '../support/pid-service.js';

describe('several workers that are stopped', () => {
  it('let what is in flight finish, refuse the rest with 503, and end with one line each', async () => {
    const service = await startPidService('workers = 3');
    const { pids } = await askAll(service);
    const running = together(6, () => askFresh(service, 'pid/3000'));
    await expect.poll(() => inFlight(service)).toBe(6);
    // A terminal's Ctrl+C goes to all of them.
    for (const pid of pids)
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, name);
    service.signal('SIGINT');
    await expect.poll(() => linesOf(service, /^chatd is stopping/)).toHaveLength(1);
    for (const refused of await together(3, () => askFresh(service, 'pid/0'))) {
      expect([refused.status, refused.headers.connection]).toEqual([503, 'close']);
    }
    for (const { status, text } of await running) {
      expect(status).toBe(200);
      expect(text).toContain('response_end');
    }
    expect(await service.ended).toBe(0);
    expect(linesOf(service, /^chatd is stopping/)).toMatchObject([{ signal: 'SIGINT', in_flight: 6 }]);
    expect(linesOf(service, 'chatd has stopped')).toMatchObject([{ cut: 0 }]);
    expect(service.logs.at(-1)?.line).toMatchObject({ msg: 'chatd has stopped' });
    expect(linesOf(service, /^chat$/)).toHaveLength(9 + 6);
    expect(linesOf(service, /a worker/)).toEqual([]);
    expect([...pids].filter(isAlive)).toEqual([]);
  });

  it('cut what takes longer than drain_timeout, with an error', async () => {
    const service = await startPidService('workers = 2\ndrain_timeout = "300ms"');
    const running = together(4, () => askFresh(service, 'pid/60000'));
    await expect.poll(() => inFlight(service)).toBe(4);
    service.signal('SIGTERM');
    for (const { text } of await running) expect(text).toMatch(/"type":"error".*overloaded/);
    expect(await service.ended).toBe(0);
    expect(linesOf(service, 'chatd has stopped')).toMatchObject([{ cut: 4 }]);
  });

  it('end at once with a second signal', async () => {
    const service = await startPidService('workers = 2');
    const { pids } = await askAll(service);
    const running = together(2, () => askFresh(service, 'pid/60000').catch(() => undefined));
    await expect.poll(() => inFlight(service)).toBe(2);
    service.signal('SIGTERM');
    await sleep(800); // what comes sooner counts as the same signal
    expect([...pids].map(isAlive)).toEqual([true, true]);
    service.signal('SIGTERM');
    expect(await service.ended).toBeNull();
    await expect.poll(() => [...pids].map(isAlive), { timeout: 5000 }).toEqual([false, false]);
    await running;
  });
});
