import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  asPieces,
  bytesOf,
  everySplit,
  json,
  ndjson,
  type ScriptedUpstream,
  splitAt,
  sse,
  startUpstream,
  text,
} from '../src/index.js';

let upstream: ScriptedUpstream;

beforeAll(async () => {
  upstream = await startUpstream();
});

afterAll(() => upstream.close());

it('records what arrives', async () => {
  upstream.clear();
  upstream.reply(json({ ok: true }));
  const response = await fetch(`${upstream.url}/a?b=1`, {
    method: 'POST',
    body: '{"c":"ä"}',
    headers: { x: 'y' },
  });
  expect(await response.json()).toEqual({ ok: true });
  expect(upstream.requests).toMatchObject([
    { method: 'POST', path: '/a?b=1', text: '{"c":"ä"}', json: { c: 'ä' }, headers: { x: 'y' } },
  ]);
});

it('chooses the answer by the request', async () => {
  upstream.reply((request) => text(request.path, { status: request.path === '/no' ? 404 : 200 }));
  expect((await fetch(`${upstream.url}/no`)).status).toBe(404);
  expect(await (await fetch(`${upstream.url}/yes`)).text()).toBe('/yes');
});

it('shows the message of a reply function that throws', async () => {
  upstream.reply(() => {
    throw new Error('no such path');
  });
  const response = await fetch(upstream.url);
  expect(response.status).toBe(500);
  expect(await response.text()).toContain('no such path');
});

it('sends the headers at once, or with the first piece', async () => {
  upstream.reply({ steps: [{ waitMs: 400 }, { send: 'x' }] });
  const startedAt = performance.now();
  const early = await fetch(upstream.url);
  expect(performance.now() - startedAt).toBeLessThan(350);
  await early.text();
  upstream.reply({ beforeHeaders: true, steps: [{ waitMs: 400 }, { send: 'x' }] });
  const waitedFrom = performance.now();
  await fetch(upstream.url);
  expect(performance.now() - waitedFrom).toBeGreaterThan(380);
});

it('cuts, and tells when a client leaves a silent answer', async () => {
  upstream.reply({ steps: [{ send: 'half' }, { cut: true }] });
  await expect(fetch(upstream.url).then((response) => response.text())).rejects.toThrow();
  upstream.clear();
  upstream.reply({ beforeHeaders: true, steps: [{ silence: true }] });
  const controller = new AbortController();
  const call = fetch(upstream.url, { signal: controller.signal });
  const request = await upstream.received();
  controller.abort();
  await expect(call).rejects.toThrow();
  expect(await request.closed).toBeGreaterThan(0);
});

it('splits bytes without losing one', () => {
  const bytes = Buffer.from('ab🌍');
  expect([...everySplit(bytes)]).toHaveLength(5);
  expect(splitAt(bytes, [1, 3]).map((piece) => piece.length)).toEqual([1, 2, 3]);
  const script = sse([{ a: 1 }, ': comment\n\n']);
  expect(asPieces(script, 2).steps.length).toBe(Math.ceil(bytesOf(script).length / 2));
  expect(Buffer.from(bytesOf(asPieces(script, 2))).toString()).toBe('data: {"a":1}\n\n: comment\n\n');
  expect(Buffer.from(bytesOf(ndjson([1, {}]))).toString()).toBe('1\n{}\n');
});
