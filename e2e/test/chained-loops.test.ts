import { setTimeout as sleep } from 'node:timers/promises';
import { json, type ScriptedUpstream, startUpstream } from '@lakehouse/provider-testkit';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chatdAt, configOf, freePort, labAt, post } from '../support/chain.js';
import { good, message, question } from '../support/chain-transcript.js';
import { type RunningProgram, startProgram } from '../support/program.js';

/** The team's chatd and the platform's name each other; a third one names itself. */
let upstream: ScriptedUpstream;
let team: RunningProgram;
let platform: RunningProgram;
let alone: RunningProgram;

beforeAll(async () => {
  upstream = await startUpstream();
  const [teamPort, alonePort] = [await freePort(), await freePort()];
  platform = await startProgram(
    'chatd',
    configOf(`[models]
round = ["team/round"]
around = ["team/around", "lab/m"]
${chatdAt('team', `http://127.0.0.1:${teamPort}`)}${labAt(upstream.url)}`),
  );
  const names = `[models]
round = ["platform/round"]
around = ["platform/around"]
aside = ["platform/round", "lab/m"]
`;
  team = await startProgram(
    'chatd',
    configOf(`${names}${chatdAt('platform', platform.url)}${labAt(upstream.url)}`, teamPort),
  );
  const self = chatdAt('self', `http://127.0.0.1:${alonePort}`);
  alone = await startProgram(
    'chatd',
    configOf(`[models]\nme = ["self/me"]\n${self}${labAt(upstream.url)}`, alonePort),
  );
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await Promise.all([team, platform, alone].map((program) => program.stop()));
  await upstream.close();
});

describe('a loop', () => {
  const served = (name: string, ...programs: readonly RunningProgram[]): readonly number[] =>
    programs.map(({ logs }) => logs.filter(({ line }) => line.requested === name).length);

  const refused = async (service: RunningProgram, name: string): Promise<void> => {
    const times: number[] = [];
    for (const stream of [false, true]) {
      const started = performance.now();
      const { status, json: body } = await post(service, question(name, stream));
      times.push(performance.now() - started);
      expect(status).toBe(508);
      expect(body).toMatchObject({
        error: {
          code: 'unsupported',
          retryable: false,
          message: expect.stringContaining('has passed through this chatd before'),
        },
      });
    }
    expect(Math.min(...times)).toBeLessThan(1000); // the first call of a process on a busy machine may be slow
    await sleep(200); // whoever went on would be seen
    expect(upstream.requests).toHaveLength(0);
  };

  it('through two services is refused with 508 in its second round', async () => {
    await refused(team, 'round');
    expect(served('round', team, platform)).toEqual([4, 2]); // of two questions
  });

  it('of a service with itself is refused with 508', async () => {
    await refused(alone, 'me');
    expect(served('me', alone)).toEqual([4]);
  });

  it('is left by a tier for its next target, where it is found and before', async () => {
    upstream.reply(good);
    for (const model of ['around', 'aside']) {
      const { status, json: body } = await post(team, question(model, false));
      expect(status).toBe(200);
      expect(body).toMatchObject({ content: message.content });
    }
    expect(upstream.requests).toHaveLength(2);
  });

  it('of services that list each other’s models ends', async () => {
    upstream.reply(json({ data: [{ id: 'm' }] }));
    const started = performance.now();
    const answer = await request(`${team.url}/v1/chat/models`);
    const { models } = (await answer.body.json()) as { models: { id: string }[] };
    expect(performance.now() - started).toBeLessThan(5000);
    expect(models.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['lab/m', 'platform/lab/m', 'platform/round', 'platform/around']),
    );
    expect(models.filter(({ id }) => id.startsWith('platform/team/'))).toEqual([]);
  });
});
