import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatdAt, freePort } from '../support/chain.js';
import { type CountingUpstream, startCountingUpstream } from '../support/counting-upstream.js';
import { askFresh, getFresh, together } from '../support/fresh-calls.js';
import { pidPlugin } from '../support/pid-plugin.js';
import { type RunningProgram, startProgram } from '../support/program.js';

/** One service of three processes. */
let upstream: CountingUpstream;
let chatd: RunningProgram;

const cooldownMs = 600;

beforeAll(async () => {
  upstream = await startCountingUpstream();
  const port = await freePort();
  const lab = (id: string, more: string): string =>
    `[chatd.providers.${id}]\nuse = "@lakehouse/provider-openai-compat"\nurl = "${upstream.url}/v1"\n${more}\n`;
  chatd = await startProgram(
    'chatd',
    `[models]
me = "self/me"
[chatd]
bind = "127.0.0.1:${port}"
workers = 3
default_provider = "pid"
[chatd.retry]
attempts = 1
[chatd.providers.pid]
use = "./pid.mjs"
${lab('narrow', 'concurrency = 2\nbreaker = { failures = 0 }')}
${lab('fragile', `breaker = { failures = 2, cooldown = "${cooldownMs}ms" }`)}
${chatdAt('self', `http://127.0.0.1:${port}`)}`,
    {},
    { files: { 'pid.mjs': pidPlugin } },
  );
});
afterAll(async () => {
  await chatd.stop();
  upstream.close();
});

const lines = (msg: string | RegExp): readonly Readonly<Record<string, unknown>>[] =>
  chatd.logs.map(({ line }) => line).filter((line) => String(line.msg).match(msg));

interface ProviderRow {
  readonly id: string;
  readonly in_flight: number;
  readonly queued?: number;
  readonly circuits?: readonly { readonly state: string }[];
}

const rowOf = async (id: string): Promise<ProviderRow | undefined> => {
  const { providers } = await getFresh<{ providers: readonly ProviderRow[] }>(chatd, '/v1/chat/providers');
  return providers.find((row) => row.id === id);
};

describe('three workers', () => {
  it('are one service in the log, and all of them answer', async () => {
    const answers = await together(9, () => askFresh(chatd, 'pid/0'));
    const pids = new Set(answers.map(({ text }) => /pid (\d+)/.exec(text)?.[1]));
    expect(pids.size).toBe(3);
    expect(lines('chatd is listening')).toMatchObject([
      { url: chatd.url, workers: 3, default_provider: 'pid' },
    ]);
    await expect.poll(() => lines(/^chat$/)).toHaveLength(9);
    expect(new Set(lines(/^chat$/).map(({ worker }) => worker))).toEqual(new Set([1, 2, 3]));
  });

  it('have as many places at a provider as one process, and whoever is asked tells of all', async () => {
    const answers = together(6, () => askFresh(chatd, 'narrow/600'));
    await expect.poll(() => upstream.open).toBe(2);
    await expect.poll(() => rowOf('narrow')).toMatchObject({ queued: 4 }); // all six have arrived
    const rows = await together(3, () => rowOf('narrow'));
    for (const row of rows) expect(row).toMatchObject({ in_flight: 2, queued: 4 });
    for (const { status, text } of await answers) {
      expect(status).toBe(200);
      expect(text).toContain('response_end');
    }
    expect(upstream.most).toBe(2);
    expect(upstream.asked).toBe(6);
    await expect.poll(() => rowOf('narrow')).toMatchObject({ in_flight: 0 });
  });

  it('have the id of one service: a call of itself is found in its second round', async () => {
    expect((await askFresh(chatd, 'me', {})).status).toBe(508);
    // Lines of other calls may still be on their way.
    const rounds = () => lines(/^chat$/).filter(({ requested }) => requested === 'me');
    await expect.poll(rounds).toHaveLength(2);
  });
});

describe('a circuit', () => {
  const changes = (): readonly string[] =>
    lines(/^a circuit is/).map(({ msg }) => /^a circuit is ([a-z-]+)/.exec(String(msg))?.[1] ?? '');

  it('that opens in one worker is open in all, and the log says it once', async () => {
    upstream.setDown(true);
    for (let sent = 0; changes().length === 0 && sent < 6; sent += 1) {
      await askFresh(chatd, 'fragile/300', {});
      await sleep(20);
    }
    const { asked } = upstream;
    await sleep(100);
    const refused = await together(9, () => askFresh(chatd, 'fragile/300', {}));
    for (const { status, text } of refused) {
      expect(status).toBe(503);
      expect(text).toContain('its last 2 calls failed');
    }
    expect(upstream.asked).toBe(asked);
    expect(await rowOf('fragile')).toMatchObject({ circuits: [{ state: 'open' }] });
    expect(changes()).toEqual(['open']);
  });

  it('is probed by one call of all workers at a time', async () => {
    await sleep(cooldownMs);
    const { asked } = upstream;
    const answers = await together(12, () => askFresh(chatd, 'fragile/300', {}));
    expect(upstream.asked).toBe(asked + 1);
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(11);
    await expect.poll(changes).toEqual(['open', 'half-open', 'open']);
  });

  it('that closes in one worker is closed in all', async () => {
    upstream.setDown(false);
    await sleep(cooldownMs);
    expect((await askFresh(chatd, 'fragile/300')).status).toBe(200);
    await sleep(100);
    for (const { status } of await together(9, () => askFresh(chatd, 'fragile/300')))
      expect(status).toBe(200);
    expect(changes()).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
    expect(await rowOf('fragile')).not.toHaveProperty('circuits');
  });
});
