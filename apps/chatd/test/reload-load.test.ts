import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Script, sse, startUpstream } from '@lakehouse/provider-testkit';
import { Agent, request } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { folderWith } from './support/plugin-folder.js';
import { startMain } from './support/process.js';
import { readEvents } from './support/service.js';

const callers = 8;
const reloads = 100;

/** A stream in three pieces, a few milliseconds apart, so that reloads fall into it. */
const reply = (): Script => {
  const chunk = (content: string, finish: string | null = null) => ({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason: finish }],
  });
  const [first, last] = [sse([chunk('he'), chunk('ll')]), sse([chunk('o', 'stop'), 'data: [DONE]\n\n'])];
  return { ...first, steps: [...first.steps, { waitMs: 5 }, ...last.steps] };
};

it('no request fails over a hundred reloads, half of them bad, and neither sockets nor files are left open', async () => {
  const upstream = await startUpstream();
  onTestFinished(() => upstream.close());
  upstream.reply(reply);
  const good = (round: number) =>
    `[models]\nround = "lab/${round}"\n[chatd]\ndefault_provider = "lab"\n[chatd.providers.lab]\nuse = "@lakehouse/provider-openai-compat"\nurl = "${upstream.url}/v1"\n`;
  const folder = folderWith({ 'lakehouse.toml': good(0) });
  const service = await startMain(folder);
  const descriptors = (): number =>
    process.platform === 'linux' ? readdirSync(`/proc/${service.child.pid}/fd`).length : 0;
  const atRest = descriptors();

  const agent = new Agent();
  onTestFinished(() => agent.destroy());
  const ask = async (stream: boolean): Promise<string> => {
    const { statusCode, body } = await request(`${service.url}/v1/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'round', stream, messages: [{ role: 'user', content: 'hi' }] }),
      dispatcher: agent,
    });
    const text = await body.text();
    if (statusCode !== 200) return text;
    if (!stream) return String((JSON.parse(text) as { content: unknown }).content);
    const events = readEvents(text);
    return events.at(-1)?.type === 'response_end' ? events.map(({ delta = '' }) => delta).join('') : text;
  };

  let reloading = true;
  const answers: string[] = [];
  const call = async (index: number): Promise<void> => {
    for (let round = index; reloading; round += 1) answers.push(await ask(round % 2 === 0));
  };
  const calls = Promise.all(Array.from({ length: callers }, (_, index) => call(index)));

  const count = (pattern: RegExp): number => service.output().stdout.match(pattern)?.length ?? 0;
  const reload = async (round: number): Promise<void> => {
    const bad = round % 2 === 1;
    const pattern = bad ? /"msg":"the config is not loaded/g : /"msg":"config reloaded"/g;
    const before = count(pattern);
    writeFileSync(path.join(folder, 'lakehouse.toml'), bad ? 'nonsense = ' : good(round));
    service.child.kill('SIGHUP');
    await expect.poll(() => count(pattern), { interval: 5, timeout: 5000 }).toBeGreaterThan(before);
  };
  for (let round = 1; round <= reloads; round += 1) await reload(round);
  reloading = false;
  await calls;

  expect(answers.filter((answer) => answer !== 'hello')).toEqual([]);
  expect(answers.length).toBeGreaterThan(reloads);
  // A caller needs one socket, or a second one while the first is being read to its end; a hundred pools need many.
  const soon = { timeout: 1000, interval: 20 };
  await expect.poll(() => upstream.openSockets(), soon).toBeLessThanOrEqual(2 * callers);
  await agent.close();
  await reload(0);
  await expect.poll(() => upstream.openSockets(), soon).toBe(0);
  await expect.poll(descriptors, soon).toBeLessThanOrEqual(atRest);
  service.child.kill('SIGTERM');
  expect(await service.exited).toBe(0);
});
