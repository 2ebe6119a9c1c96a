import { expect, it } from 'vitest';
import { createModelNames } from '../src/metrics/model-names.js';
import { ask, serve } from './support/calls.js';
import { rowsOf, scrape, sumOf } from './support/metrics.js';
import { scriptedPlugin } from './support/scripted-plugin.js';

it('two hundred models have a name, all others are one, and who has a name keeps it', () => {
  const names = createModelNames();
  const labels = Array.from({ length: 300 }, (_, index) => names.labelOf('lab', `m${index}`));
  expect(new Set(labels).size).toBe(201);
  expect(createModelNames().labelOf('lab', 'm'.repeat(257))).toBe('other'); // it would be in every scrape
  expect(labels.filter((label) => label === 'other')).toHaveLength(100);
  expect([names.labelOf('lab', 'm0'), names.labelOf('lab', 'm299')]).toEqual(['m0', 'other']);
  expect([names.has('lab', 'm0'), names.has('lab', 'm299'), names.has('elsewhere', 'm0')]).toEqual([
    true,
    false,
    false,
  ]);
});

it('a caller that invents names makes no more series than that, though its upstream answers to each', async () => {
  const service = await serve(
    '[chatd.providers.scripted]\nuse = "./scripted.mjs"\n',
    {},
    { 'scripted.mjs': scriptedPlugin },
  );
  for (let index = 0; index < 220; index += 1) await ask(service, `scripted/invented-${index}`);
  const samples = await scrape(service);
  const rows = rowsOf(samples, 'chatd_requests_total');
  expect(rows).toHaveLength(201);
  expect(rows).toContainEqual({
    kind: 'chat',
    provider: 'scripted',
    model: 'other',
    outcome: 'ok',
    value: 20,
  });
  expect(sumOf(samples, 'chatd_requests_total')).toBe(220);
  expect(rowsOf(samples, 'chatd_tokens_total')).toHaveLength(402);
});

it('a label takes any name that an upstream answers to', async () => {
  const service = await serve(
    '[chatd.providers.scripted]\nuse = "./scripted.mjs"\n',
    {},
    { 'scripted.mjs': scriptedPlugin },
  );
  await ask(service, 'scripted/a "quoted" \\ name\nof two lines');
  expect(rowsOf(await scrape(service), 'chatd_requests_total')).toMatchObject([
    { model: String.raw`a \"quoted\" \\ name\nof two lines`, value: 1 },
  ]);
});
