import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ask, chatLines, serve, stream, trailOf } from './support/calls.js';
import { fails, inTurn, says, startLab } from './support/lab.js';

const once = '[chatd.retry]\nattempts = 1\n';

interface Settings {
  readonly chatd: string;
  readonly provider?: string;
}

describe('when a circuit opens', () => {
  it.each<[string, Settings, number]>([
    ['after five failures without any setting', { chatd: '' }, 5],
    ['after as many failures as [chatd.breaker] says', { chatd: 'failures = 2' }, 2],
    [
      'after as many as its provider says, before [chatd.breaker]',
      { chatd: 'failures = 2', provider: 'breaker = { failures = 3 }' },
      3,
    ],
    ['never with failures = 0', { chatd: 'failures = 0' }, 8],
    ['never with failures = 0 of its provider', { chatd: '', provider: 'breaker = { failures = 0 }' }, 8],
  ])('%s', async (_name, { chatd, provider = '' }, calls) => {
    const lab = await startLab({ down: fails(500) });
    const service = await serve(`${once}[chatd.breaker]\n${chatd}\n${lab.provider('lab', provider)}`);
    const answers = [];
    for (let index = 0; index < 8; index += 1) answers.push(await ask(service, 'lab/down'));
    expect(lab.calls('down')).toHaveLength(calls);
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(8 - calls);
  });

  it('each call of a retry counts, so that one request can open it', async () => {
    const lab = await startLab({ down: fails(500) });
    const service = await serve(
      `[chatd.retry]\nbase_delay = "1ms"\n[chatd.breaker]\nfailures = 3\n${lab.provider('lab')}`,
    );
    await ask(service, 'lab/down');
    expect((await ask(service, 'lab/down')).status).toBe(503);
    expect(lab.calls('down')).toHaveLength(3);
  });

  it('failures that are longer ago than the window do not count', async () => {
    const lab = await startLab({ down: fails(500) });
    const service = await serve(
      `${once}[chatd.breaker]\nfailures = 2\nwindow = "100ms"\n${lab.provider('lab')}`,
    );
    for (let index = 0; index < 3; index += 1) {
      await ask(service, 'lab/down');
      await sleep(250);
    }
    expect(lab.calls('down')).toHaveLength(3);
  });

  it('a limited rate and a wrong key do not open it', async () => {
    const lab = await startLab({ busy: fails(429), denied: fails(401) });
    const service = await serve(`${once}[chatd.breaker]\nfailures = 1\n${lab.provider('lab')}`);
    for (const model of ['lab/busy', 'lab/busy', 'lab/denied', 'lab/denied']) await ask(service, model);
    expect(lab.calls('busy')).toHaveLength(2);
    expect(lab.calls('denied')).toHaveLength(2);
  });
});

const opened = `${once}[chatd.breaker]\nfailures = 1\n`;

describe('while a circuit is open', () => {
  it.each([false, true])(
    'a call is refused with 503, the time to wait and an empty count of calls (streamed: %s)',
    async (streamed) => {
      const lab = await startLab({ down: fails(500) });
      const service = await serve(`${opened}${lab.provider('lab')}`);
      await ask(service, 'lab/down');
      const refused = await ask(service, 'lab/down', { stream: streamed });
      expect(refused.status).toBe(503);
      expect(refused.headers).toMatchObject({
        'retry-after': expect.stringMatching(/^([1-9]|10)$/),
        'x-chatd-provider': 'lab',
        'x-chatd-model': 'down',
        'x-chatd-attempts': '0',
      });
      expect(refused.json()).toMatchObject({
        error: {
          code: 'overloaded',
          message: expect.stringMatching(
            /^lab\/down is not asked for another \d+ s: its last call failed \(last: upstream-failure\)$/,
          ),
          retryable: true,
        },
      });
      expect(trailOf(refused)).toEqual([
        { provider: 'lab', model: 'down', outcome: 'skipped', code: 'overloaded', ms: 0 },
      ]);
      expect(chatLines(service).at(-1)).toMatchObject({ outcome: 'overloaded', attempts: 0 });
      expect(lab.calls('down')).toHaveLength(1);
    },
  );

  it('other models of the same provider are asked as before', async () => {
    const lab = await startLab({ down: fails(500), up: says('well') });
    const service = await serve(`${opened}${lab.provider('lab')}`);
    await ask(service, 'lab/down');
    expect((await ask(service, 'lab/up')).status).toBe(200);
  });

  it('a tier passes the target over, and its trail says so', async () => {
    const lab = await startLab({ down: fails(500), up: says('well') });
    const service = await serve(`[models]\ntier = ["lab/down", "lab/up"]\n${opened}${lab.provider('lab')}`);
    await ask(service, 'tier');
    const answer = await ask(service, 'tier');
    expect(answer.headers['x-chatd-attempts']).toBe('1');
    expect(trailOf(answer)).toMatchObject([
      { model: 'down', outcome: 'skipped', code: 'overloaded' },
      { model: 'up', outcome: 'ok' },
    ]);
    expect(lab.calls('down')).toHaveLength(1);
  });

  it('who has only the default provider, which is away, is pointed to the guide', async () => {
    const service = await serve(
      `[chatd]\ndefault_provider = "lab"\n${opened}[chatd.providers.lab]
use = "@lakehouse/provider-openai-compat"
url = "http://127.0.0.1:1/v1"
[chatd.providers.guide]
use = "@lakehouse/provider-guide"
`,
    );
    await ask(service, 'qwen3:4b');
    const refused = await ask(service, 'qwen3:4b');
    expect(refused.status).toBe(503);
    expect(refused.json()).toMatchObject({
      error: {
        message: expect.stringMatching(
          /\(last: unreachable; is it running\?\)\nAsk the model guide\/help, for example: /,
        ),
      },
    });
  });

  it('who has only a default provider that answers with failures is not', async () => {
    const lab = await startLab({ down: fails(500) });
    const service = await serve(
      `[chatd]\ndefault_provider = "lab"\n${opened}${lab.provider('lab')}[chatd.providers.guide]
use = "@lakehouse/provider-guide"
`,
    );
    await ask(service, 'down');
    expect((await ask(service, 'down')).text).not.toContain('guide/help');
  });
});

describe('when a circuit closes', () => {
  it('one call tries the target after the cooldown, and its first content closes it', async () => {
    const lab = await startLab({ flapping: inTurn(fails(500), says('well')) });
    const service = await serve(`${opened}cooldown = "200ms"\n${lab.provider('lab')}`);
    await ask(service, 'lab/flapping');
    expect((await stream(service, 'lab/flapping')).status).toBe(503);
    await sleep(250);
    expect((await stream(service, 'lab/flapping')).status).toBe(200);
    expect((await stream(service, 'lab/flapping')).status).toBe(200);
    expect(service.logs.filter(({ msg }) => String(msg).startsWith('a circuit'))).toEqual([
      expect.objectContaining({
        level: 40,
        msg: 'a circuit is open: this model is not asked for a while',
        provider: 'lab',
        model: 'flapping',
        failures: 1,
        last_code: 'upstream-failure',
      }),
      expect.objectContaining({ level: 30, msg: 'a circuit is half-open: the next call tries the model' }),
      expect.objectContaining({ level: 30, msg: 'a circuit is closed: the model has begun to answer' }),
    ]);
  });

  it('a try that fails opens it again, and is not repeated', async () => {
    const lab = await startLab({ down: fails(500) });
    const service = await serve(
      `[chatd.retry]\nattempts = 3\nbase_delay = "1ms"\n[chatd.breaker]\nfailures = 1\ncooldown = "200ms"\n${lab.provider('lab')}`,
    );
    await ask(service, 'lab/down');
    const before = lab.calls('down').length;
    await sleep(250);
    expect((await ask(service, 'lab/down')).status).toBe(502);
    expect((await ask(service, 'lab/down')).status).toBe(503);
    expect(lab.calls('down')).toHaveLength(before + 1);
  });

  it('a reload begins anew, so that a mended target is asked at once', async () => {
    const lab = await startLab({ flapping: inTurn(fails(500), says('well')) });
    const config = `${opened}cooldown = "1h"\n${lab.provider('lab')}`;
    const service = await serve(config);
    await ask(service, 'lab/flapping');
    expect((await ask(service, 'lab/flapping')).status).toBe(503);
    await service.reload(config);
    expect((await ask(service, 'lab/flapping')).status).toBe(200);
  });
});
