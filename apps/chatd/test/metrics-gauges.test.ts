import { describe, expect, it } from 'vitest';
import { ask, hold, serve } from './support/calls.js';
import { fails, inTurn, pauses, says, startLab } from './support/lab.js';
import { rowsOf, scrape } from './support/metrics.js';

const models = {
  up: says('well'),
  slow: pauses(60_000),
  down: fails(500),
  late: inTurn(says('well'), fails(500)),
};
const opened = '[chatd.retry]\nattempts = 1\n[chatd.breaker]\nfailures = 1\n';

describe('the gauges', () => {
  it('say what runs and what waits, at a provider and for the service', async () => {
    const lab = await startLab(models);
    const service = await serve(
      `[chatd.limits]\nmax_concurrent = 2\n${lab.provider('lab', 'concurrency = 1')}${lab.provider('idle')}`,
    );
    const held = await hold(service, 'lab/slow');
    const atProvider = ask(service, 'lab/up');
    const row = async (name: string) => rowsOf(await scrape(service), name);
    await expect
      .poll(() => row('chatd_calls_queued'))
      .toEqual([
        { provider: 'lab', value: 1 },
        { provider: 'idle', value: 0 },
      ]);
    const atService = ask(service, 'lab/up');
    await expect.poll(() => row('chatd_requests_queued')).toEqual([{ value: 1 }]);
    expect(await row('chatd_calls_running')).toEqual([
      { provider: 'lab', value: 1 },
      { provider: 'idle', value: 0 },
    ]);
    expect(await row('chatd_requests_in_flight')).toEqual([{ value: 3 }]);
    expect(await row('chatd_draining')).toEqual([{ value: 0 }]);
    held.leave();
    await Promise.all([atProvider, atService]);
    await expect.poll(() => row('chatd_requests_in_flight')).toEqual([{ value: 0 }]);
  });

  it('name the models of open circuits that the config names or that have answered, and count the others', async () => {
    const lab = await startLab(models);
    const service = await serve(`[models]\nmine = "lab/down"\n${opened}${lab.provider('lab')}`);
    expect(rowsOf(await scrape(service), 'chatd_circuits')).toEqual([]);
    await ask(service, 'mine');
    await ask(service, 'lab/late');
    await ask(service, 'lab/late');
    expect(rowsOf(await scrape(service), 'chatd_circuits')).toEqual([
      { provider: 'lab', model: 'down', state: 'open', value: 1 },
      { provider: 'lab', model: 'late', state: 'open', value: 1 },
    ]);
    const stranger = await serve(`${opened}${lab.provider('lab')}`);
    await ask(stranger, 'lab/down');
    expect(rowsOf(await scrape(stranger), 'chatd_circuits')).toEqual([
      { provider: 'lab', model: 'other', state: 'open', value: 1 },
    ]);
  });

  it('are gone with the provider that a reload took away', async () => {
    const lab = await startLab(models);
    const service = await serve(`${lab.provider('lab')}${lab.provider('old')}`);
    await scrape(service);
    await service.reload(lab.provider('lab'));
    expect(rowsOf(await scrape(service), 'chatd_calls_running')).toEqual([{ provider: 'lab', value: 0 }]);
  });

  it('are followed by those of the process, without those that cost or mislead', async () => {
    const lab = await startLab(models);
    const service = await serve(lab.provider('lab'));
    const samples = await scrape(service);
    const names = new Set(samples.map(({ name }) => name));
    for (const name of ['process_cpu_seconds_total', 'process_start_time_seconds', 'nodejs_version_info'])
      expect(names).toContain(name);
    expect([...names].filter((name) => /eventloop_lag|gc_duration/.test(name))).toEqual([]);
    const before = rowsOf(samples, 'chatd_event_loop_seconds_total') as readonly { value: number }[];
    expect(before).toMatchObject([{ state: 'active' }, { state: 'idle' }]);
    const after = rowsOf(await scrape(service), 'chatd_event_loop_seconds_total') as typeof before;
    for (const [index, { value }] of before.entries()) {
      expect(value).toBeGreaterThan(0);
      expect(after[index]?.value).toBeGreaterThanOrEqual(value);
    }
  });
});
