import { request } from 'undici';
import { expect, it } from 'vitest';
import { readMetrics, rowsOf, type Sample, sumOf } from './support/metrics.js';
import { folderWith } from './support/plugin-folder.js';
import { startMain } from './support/process.js';
import { scriptedPlugin } from './support/scripted-plugin.js';

/** Each over a connection of its own: the turns of workers follow the connections. */
const askFresh = async (url: string, model: string): Promise<void> => {
  const { body } = await request(`${url}/v1/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
    reset: true,
  });
  await body.text();
};

const scrapeFresh = async (url: string): Promise<readonly Sample[]> => {
  const { body } = await request(`${url}/metrics`, { reset: true });
  return readMetrics(await body.text());
};

const start = () =>
  startMain(
    folderWith({
      'scripted.mjs': scriptedPlugin,
      'lakehouse.toml':
        '[chatd]\nworkers = 2\n[chatd.retry]\nattempts = 1\n[chatd.providers.scripted]\nuse = "./scripted.mjs"\n',
    }),
  );

it('of two workers whoever is asked tells the series of both, each with its number', async () => {
  const { url } = await start();
  for (let sent = 0; sent < 8; sent += 1) await askFresh(url, 'scripted/echo');
  await askFresh(url, 'scripted/fail:rate-limited');
  for (let asked = 0; asked < 2; asked += 1) {
    const samples = await scrapeFresh(url);
    const rows = rowsOf(samples, 'chatd_requests_total') as readonly { worker: string; value: number }[];
    expect(new Set(rows.map(({ worker }) => worker))).toEqual(new Set(['1', '2']));
    expect(sumOf(samples, 'chatd_requests_total')).toBe(9);
    expect(sumOf(samples, 'chatd_request_duration_seconds_count')).toBe(9);
    expect(sumOf(samples, 'chatd_tokens_total')).toBe(8 * 5);
    const unnumbered = samples.filter(({ labels }) => labels.worker !== '1' && labels.worker !== '2');
    expect(unnumbered).toEqual([]);
    const starts = rowsOf(samples, 'process_start_time_seconds');
    expect(starts.map((row) => ({ ...row, value: 0 }))).toEqual(
      expect.arrayContaining([
        { worker: '1', value: 0 },
        { worker: '2', value: 0 },
      ]),
    );
  }
});

it('a worker that is replaced begins anew under its number, and the series of the other goes on', async () => {
  const service = await start();
  const { url } = service;
  for (let sent = 0; sent < 8; sent += 1) await askFresh(url, 'scripted/echo');
  const before = rowsOf(await scrapeFresh(url), 'chatd_requests_total') as readonly {
    worker: string;
    value: number;
  }[];
  expect(before).toHaveLength(2);
  await askFresh(url, 'scripted/stray-rejection').catch(() => undefined); // its worker ends
  await service.until(/a worker serves in the place/);
  const [, number = ''] =
    /"worker":(\d)[^\n]*a worker serves in the place/.exec(service.output().stdout) ?? [];
  const after = rowsOf(await scrapeFresh(url), 'chatd_requests_total') as typeof before;
  expect(after.find(({ worker }) => worker !== number)).toEqual(
    before.find(({ worker }) => worker !== number),
  );
  expect(after.find(({ worker }) => worker === number)).toBeUndefined();
});
