import { describe, expect, it } from 'vitest';
import { ask, serve, trailOf } from './support/calls.js';
import { after, fails, neverAnswers, says, startLab, tooLong } from './support/lab.js';

const models = { small: tooLong, smaller: says('too small'), large: says('well'), unknown: says('well') };

describe('a prompt that is too long for the first target', () => {
  const start = async (targets: readonly string[], list: readonly object[]) => {
    const lab = await startLab(models, list);
    const service = await serve(
      `[models]\ntier = ${JSON.stringify(targets.map((name) => `lab/${name}`))}\n${lab.provider('lab')}`,
    );
    return { lab, answer: await ask(service, 'tier') };
  };

  it('is not sent to targets whose window is known to be no larger', async () => {
    const { lab, answer } = await start(
      ['small', 'smaller', 'large'],
      [
        { id: 'small', context_length: 4096 },
        { id: 'smaller', context_length: 2048 },
        { id: 'large', context_length: 131_072 },
      ],
    );
    expect(answer.json()).toMatchObject({ model: 'large' });
    expect(trailOf(answer)).toEqual([
      expect.objectContaining({ model: 'small', outcome: 'error', code: 'context-too-long' }),
      { provider: 'lab', model: 'smaller', outcome: 'skipped', code: 'context-too-long', ms: 0 },
      expect.objectContaining({ model: 'large', outcome: 'ok' }),
    ]);
    expect(answer.headers['x-chatd-attempts']).toBe('2');
    expect(lab.calls('smaller')).toHaveLength(0);
  });

  it('is sent to those of which the upstream does not say it', async () => {
    const { answer } = await start(['small', 'unknown'], [{ id: 'small', context_length: 4096 }]);
    expect(answer.json()).toMatchObject({ model: 'unknown' });
  });

  it('is that error in the end when nobody else holds more', async () => {
    const { answer } = await start(
      ['small', 'smaller'],
      [
        { id: 'small', context_length: 4096 },
        { id: 'smaller', context_length: 4096 },
      ],
    );
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'context-too-long' } });
  });
});

describe('a target without its key', () => {
  it('is passed over in a tier, and its trail says why', async () => {
    const lab = await startLab(models);
    const service = await serve(
      `[models]\ntier = ["keyless/large", "lab/large"]\n${lab.provider('keyless', 'key_env = "NO_SUCH_KEY"')}${lab.provider('lab')}`,
    );
    const answer = await ask(service, 'tier');
    expect(answer.json()).toMatchObject({ provider: 'lab' });
    expect(answer.headers['x-chatd-attempts']).toBe('1');
    expect(trailOf(answer)).toEqual([
      { provider: 'keyless', model: 'large', outcome: 'skipped', code: 'provider-unavailable', ms: 0 },
      expect.objectContaining({ provider: 'lab', outcome: 'ok' }),
    ]);
  });

  it('alone is 404 after no call', async () => {
    const lab = await startLab(models);
    const service = await serve(lab.provider('keyless', 'key_env = "NO_SUCH_KEY"'));
    const answer = await ask(service, 'keyless/large');
    expect(answer.status).toBe(404);
    expect(answer.headers).toMatchObject({ 'x-chatd-provider': 'keyless', 'x-chatd-attempts': '0' });
    expect(trailOf(answer)).toMatchObject([{ outcome: 'skipped', code: 'provider-unavailable' }]);
  });
});

describe('a target that nobody could ask in its place', () => {
  it('is waited for as if it were the only one', async () => {
    const lab = await startLab({ ...models, busy: after(200, says('well')) });
    const service = await serve(
      `[models]\ntier = ["lab/busy", "keyless/large"]\n${lab.provider('lab', 'concurrency = 1')}${lab.provider('keyless', 'key_env = "NO_SUCH_KEY"')}`,
    );
    const answers = await Promise.all([ask(service, 'tier'), ask(service, 'tier')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('also where the circuit of the other one is open', async () => {
    const lab = await startLab({ busy: after(200, says('well')), down: fails(500) });
    const service = await serve(
      `[chatd.retry]\nattempts = 1\n[models]\ntier = ["lab/busy", "other/down"]\n${lab.provider('lab', 'concurrency = 1')}${lab.provider('other', 'breaker = { failures = 1 }')}`,
    );
    expect((await ask(service, 'other/down')).status).toBe(502);
    const answers = await Promise.all([ask(service, 'tier'), ask(service, 'tier')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a target that stays silent', () => {
  it.each([false, true])(
    'costs its own limit on the first content, not the whole time, and is not asked again (streamed: %s)',
    async (stream) => {
      const lab = await startLab({ ...models, silent: neverAnswers });
      const service = await serve(
        `[models]\ntier = ["lab/silent", "lab/large"]\n${lab.provider('lab', 'timeouts = { first_content = "150ms" }')}`,
      );
      const answer = await ask(service, 'tier', { stream });
      expect(answer.headers['x-chatd-model']).toBe('large');
      expect(lab.calls('silent')).toHaveLength(1);
    },
  );
});
