import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ndjson, type ScriptedUpstream, startUpstream } from '@lakehouse/provider-testkit';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

/** caller → gateway → chatd → provider package → upstream, each program in a process of its own. */
let upstream: ScriptedUpstream;
let gateway: string;
const stops: (() => void)[] = [];

const start = (app: string, folder: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const main = path.resolve(import.meta.dirname, `../../apps/${app}/dist/main.js`);
    const child = spawn(process.execPath, [main, '--config', 'lakehouse.toml'], {
      cwd: folder,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    stops.push(() => child.kill('SIGKILL'));
    child.once('exit', (code) => reject(new Error(`${app} ended with ${code}`)));
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      const address = /"url":"http:\/\/([^"]+)"|"bind":"([^"]+)"/.exec(output);
      if (address) resolve(`http://${address[1] ?? address[2]}`);
    });
  });

const line = (content: string, end: object = { done: false }) => ({
  model: 'm',
  message: { role: 'assistant', content },
  ...end,
});

beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-'));
  stops.push(() => rmSync(folder, { recursive: true }));
  upstream = await startUpstream();
  const config = path.join(folder, 'lakehouse.toml');
  const provider = `[chatd.providers.ollama]\nuse = "@lakehouse/provider-ollama"\nurl = "${upstream.url}"\n`;
  writeFileSync(config, `[chatd]\nbind = "127.0.0.1:0"\n${provider}`);
  const chatd = await start('chatd', folder);
  const edge = mkdtempSync(path.join(tmpdir(), 'lakehouse-'));
  stops.push(() => rmSync(edge, { recursive: true }));
  writeFileSync(
    path.join(edge, 'lakehouse.toml'),
    `[gateway]\nbind = "127.0.0.1:0"\nchatd_url = "${chatd}"\n`,
  );
  gateway = await start('gateway', edge);
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  for (const stop of stops.reverse()) stop();
  await upstream.close();
});

const post = (stream: boolean, signal?: AbortSignal) =>
  request(`${gateway}/v1/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'through-1' },
    body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'hi' }] }),
    ...(signal && { signal }),
  });

it('a stream arrives piece by piece, with the request id of the caller', async () => {
  const first = `${JSON.stringify(line('he'))}\n`;
  const rest = `${JSON.stringify(line('llo', { done: true, done_reason: 'stop' }))}\n`;
  upstream.reply({
    headers: { 'content-type': 'application/x-ndjson' },
    steps: [{ send: first }, { waitMs: 300 }, { send: rest }],
  });
  const answer = await post(true);
  expect(answer.headers['x-request-id']).toBe('through-1');
  const times: number[] = [];
  let text = '';
  for await (const piece of answer.body) {
    times.push(performance.now());
    text += String(piece);
  }
  expect(text).toMatch(/"delta":"he".*"delta":"llo".*"type":"response_end"/s);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(200); // the first was not held until the last
});

it.each([
  ['before the headers', true, { beforeHeaders: true, steps: [{ silence: true }] }],
  ['before the headers of a whole answer', false, { beforeHeaders: true, steps: [{ silence: true }] }],
  [
    'in the middle of the stream',
    true,
    { ...ndjson([line('he')]), steps: [...ndjson([line('he')]).steps, { silence: true }] },
  ],
] as const)(
  'a caller that leaves %s closes the socket to the upstream within 250 ms',
  async (_phase, stream, script) => {
    upstream.reply(script);
    const caller = new AbortController();
    const call = post(stream, caller.signal).then((answer) => answer.body.text());
    call.catch(() => undefined); // it is cancelled below
    const received = await upstream.received();
    await sleep(100);
    const left = performance.now();
    caller.abort();
    const closedAfter = (await received.closed) - left;
    expect(closedAfter).toBeGreaterThan(0);
    expect(closedAfter).toBeLessThan(250);
  },
);

it("the answer and the errors are chatd's own", async () => {
  upstream.reply(ndjson([line('hello', { done: true, done_reason: 'stop', eval_count: 2 })]));
  const answer = (await (await post(false)).body.json()) as object;
  expect(answer).toMatchObject({ content: 'hello', output_tokens: 2, id: 'chat_through-1' });
  upstream.reply({ status: 404, steps: [{ send: `{"error":"model 'm' not found"}` }] });
  const failed = await post(false);
  expect(failed.statusCode).toBe(502);
  expect(await failed.body.json()).toMatchObject({
    error: { code: 'model-not-found', request_id: 'through-1' },
  });
});
