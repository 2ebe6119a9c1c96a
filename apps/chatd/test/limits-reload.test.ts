import { expect, it } from 'vitest';
import { ask, hold, serve } from './support/calls.js';
import { pauses, says, startLab } from './support/lab.js';

const started = async (limits: string, concurrency = '') => {
  const lab = await startLab({ slow: pauses(60_000), brief: pauses(400), quick: says('well') });
  const config = (limited: string, places = '') =>
    `[chatd.limits]\n${limited}\n${lab.provider('lab', places)}`;
  const service = await serve(config(limits, concurrency));
  return {
    lab,
    service,
    reload: (limited: string, places = '') => service.reload(config(limited, places)),
  };
};

it('a stream that runs on the old config holds its place under the new one', async () => {
  const { service, reload } = await started('max_concurrent = 1\nmax_queue = 0');
  const held = await hold(service, 'lab/slow');
  await reload('max_concurrent = 1\nmax_queue = 0\nqueue_timeout = "1s"');
  expect((await ask(service, 'lab/quick')).status).toBe(503);
  held.leave();
  await expect.poll(async () => (await ask(service, 'lab/quick')).status).toBe(200);
});

it('and its place at the provider, whose limit a reload may bring in the first place', async () => {
  const { service, reload } = await started('max_queue = 0');
  const held = await hold(service, 'lab/slow');
  await reload('max_queue = 0', 'concurrency = 1');
  expect((await ask(service, 'lab/quick')).status).toBe(503);
  held.leave();
  await expect.poll(async () => (await ask(service, 'lab/quick')).status).toBe(200);
});

it.each([
  ['max_concurrent', 'max_concurrent = 1', '', 'max_concurrent = 2', ''],
  ['concurrency', '', 'concurrency = 1', '', 'concurrency = 2'],
  ['a limit that is taken away', 'max_concurrent = 1', 'concurrency = 1', '', ''],
])('%s raised lets the one that waits go at once', async (_name, limits, places, raised, more) => {
  const { lab, service, reload } = await started(limits, places);
  await hold(service, 'lab/slow');
  const waiting = ask(service, 'lab/quick');
  await expect.poll(() => service.drain.inFlight).toBe(2);
  expect(lab.calls('quick')).toHaveLength(0);
  await reload(raised, more);
  expect((await waiting).status).toBe(200);
});

it('a lowered one takes effect as streams end, and cuts none of them', async () => {
  const { service, reload } = await started('max_queue = 0\nmax_concurrent = 2');
  const held = await Promise.all([hold(service, 'lab/brief'), hold(service, 'lab/brief')]);
  await reload('max_queue = 0\nmax_concurrent = 1');
  expect((await ask(service, 'lab/quick')).status).toBe(503);
  for (const stream of held) expect(await stream.text()).toContain('response_end');
  expect((await ask(service, 'lab/quick')).status).toBe(200);
});
