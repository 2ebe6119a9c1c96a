import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { askFresh, together } from '../support/fresh-calls.js';
import { askAll, linesOf, pidConfig, startPidService } from '../support/pid-service.js';
import type { RunningProgram } from '../support/program.js';

/** As editors write: another file takes the place. */
const write = ({ config }: RunningProgram, toml: string): void => {
  writeFileSync(`${config}.new`, toml);
  renameSync(`${config}.new`, config);
};

const reload = (service: RunningProgram, toml: string): void => {
  write(service, toml);
  service.signal('SIGHUP');
};

const three = 'workers = 3';
const says = (what: string, more = ''): string => `says = "${what}"\n${more}`;

describe('a reload of several workers', () => {
  it('is taken by all, is one line of the log, and cuts no stream', async () => {
    const service = await startPidService(three, says('old'));
    const running = together(6, () => askFresh(service, 'pid/1500'));
    await expect.poll(async () => (await askAll(service)).says).toEqual(new Set(['old']));
    reload(service, pidConfig(three, says('new')));
    await expect.poll(() => linesOf(service, 'config reloaded')).toHaveLength(1);
    expect(linesOf(service, 'config reloaded')).toMatchObject([
      { trigger: 'SIGHUP', config: service.config, providers: ['pid'], default_provider: 'pid' },
    ]);
    const { says: now, pids } = await askAll(service);
    expect([now, pids.size]).toEqual([new Set(['new']), 3]);
    for (const { text } of await running) expect(text).toMatch(/old \d+.*response_end/s);
    expect(linesOf(service, /a worker/)).toEqual([]);
  });

  it('comes from a file that changes, without a signal', async () => {
    const service = await startPidService('workers = 2', says('old'));
    write(service, pidConfig('workers = 2', says('new')));
    await expect.poll(() => linesOf(service, 'config reloaded'), { timeout: 10_000 }).toHaveLength(1);
    expect((await askAll(service)).says).toEqual(new Set(['new']));
  });

  it('of a file that is wrong changes nothing, and is told once', async () => {
    const service = await startPidService(three, says('old'));
    reload(service, pidConfig(`${three}\nstrct = true`, says('new')));
    await expect.poll(() => linesOf(service, /the old one keeps serving/)).toHaveLength(1);
    expect(linesOf(service, /chatd\.strct: unknown key/)).toHaveLength(1);
    expect((await askAll(service)).says).toEqual(new Set(['old']));
  });

  it('that only some of them can make is taken by none', async () => {
    const service = await startPidService(three, says('old'));
    reload(service, pidConfig(three, says('new', 'times = 2')));
    await expect.poll(() => linesOf(service, /the old one keeps serving/)).toHaveLength(1);
    expect(linesOf(service, /cannot be created: it was created 2 times/)).toHaveLength(1);
    const { says: still, pids } = await askAll(service);
    expect([still, pids.size]).toEqual([new Set(['old']), 3]);
    reload(service, pidConfig(three, says('later')));
    await expect.poll(() => linesOf(service, 'config reloaded')).toHaveLength(1);
    expect((await askAll(service)).says).toEqual(new Set(['later']));
  });

  it('that ends a worker ends no other, and whoever takes its place serves the old config', async () => {
    const service = await startPidService(three, says('old'));
    reload(service, pidConfig(three, says('new', 'ends = true')));
    await expect.poll(() => linesOf(service, /the old one keeps serving/)).toHaveLength(1);
    await expect.poll(() => linesOf(service, /in the place of/), { timeout: 10_000 }).toHaveLength(1);
    expect(linesOf(service, /^a worker ended;/)).toMatchObject([{ code: 7 }]);
    const { says: still, pids } = await askAll(service);
    expect([still, pids.size]).toEqual([new Set(['old']), 3]);
  });

  it('cannot change how many there are, nor where they listen', async () => {
    const service = await startPidService('workers = 2', says('old'));
    reload(service, pidConfig('workers = 4', says('new')).replace(':0"', ':1"'));
    await expect.poll(() => linesOf(service, 'config reloaded')).toHaveLength(1);
    const warnings = service.logs.map(({ line }) => line).filter(({ level }) => level === 40);
    expect(warnings.map(({ msg }) => msg)).toEqual([
      `bind needs a restart; still listening on ${service.url}`,
      'workers needs a restart; there is still 2',
    ]);
    const { pids, says: now } = await askAll(service);
    expect([pids.size, now]).toEqual([2, new Set(['new'])]);
    // Whoever comes later listens where the others do.
    process.kill([...pids][0] ?? 0, 'SIGKILL');
    await expect.poll(() => linesOf(service, /in the place of/), { timeout: 10_000 }).toHaveLength(1);
    expect((await askAll(service)).pids.size).toBe(2);
  });
});
