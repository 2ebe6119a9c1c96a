import { describe, expect, it } from 'vitest';
import { ask, serve, stream, trailOf } from './support/calls.js';
import { fails, inTurn, says, startLab } from './support/lab.js';

const quickly = 'base_delay = "1ms"';

interface Settings {
  readonly chatd: string;
  readonly provider?: string;
  readonly tier?: string;
}

describe('how often a failing model is asked', () => {
  it.each<[string, Settings, number]>([
    ['three times without any setting', { chatd: quickly }, 3],
    ['as [chatd.retry] says', { chatd: `${quickly}\nattempts = 2` }, 2],
    ['once with attempts = 1', { chatd: 'attempts = 1' }, 1],
    [
      'as its provider says, before [chatd.retry]',
      { chatd: `${quickly}\nattempts = 2`, provider: 'retry = { attempts = 4 }' },
      4,
    ],
    [
      'as its tier says, before its provider',
      { chatd: quickly, provider: 'retry = { attempts = 4 }', tier: 'retry = { attempts = 5 }' },
      5,
    ],
  ])('%s', async (_name, { chatd, provider = '', tier = '' }, calls) => {
    const lab = await startLab({ down: fails(500) });
    const service = await serve(
      `[models.tier]\ntargets = ["lab/down"]\n${tier}\n[chatd.retry]\n${chatd}\n[chatd.breaker]\nfailures = 0\n${lab.provider('lab', provider)}`,
    );
    const started = performance.now();
    const answer = await ask(service, 'tier');
    expect(answer.status).toBe(502);
    expect(lab.calls('down')).toHaveLength(calls);
    expect(answer.headers['x-chatd-attempts']).toBe(String(calls));
    expect(trailOf(answer)).toHaveLength(calls);
    // What a narrower table leaves out is still said by the wider one: each default wait is up to half a second longer.
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('only for a failure that may pass: a wrong key is not tried again', async () => {
    const lab = await startLab({ denied: fails(401) });
    const service = await serve(lab.provider('lab'));
    expect((await ask(service, 'lab/denied')).json()).toMatchObject({ error: { code: 'unauthenticated' } });
    expect(lab.calls('denied')).toHaveLength(1);
  });

  it('and an answer hides the failures before it, streamed or not', async () => {
    const lab = await startLab({ a: inTurn(fails(500), says('well')), b: inTurn(fails(500), says('well')) });
    const service = await serve(`[chatd.retry]\n${quickly}\n${lab.provider('lab')}`);
    const whole = await ask(service, 'lab/a');
    expect(whole.json()).toMatchObject({
      content: 'well',
      attempts: [{ outcome: 'error' }, { outcome: 'ok' }],
    });
    const streamed = await stream(service, 'lab/b');
    expect(streamed.status).toBe(200);
    expect(streamed.headers['x-chatd-attempts']).toBe('2');
  });
});

/** Milliseconds between the first two requests for a model. */
const waitBetween = (calls: readonly { readonly at: number }[]): number =>
  (calls[1]?.at ?? Number.NaN) - (calls[0]?.at ?? Number.NaN);

describe('a wait that the upstream asks for', () => {
  it('is kept, however short our own would be', async () => {
    const lab = await startLab({ busy: inTurn(fails(429, { 'retry-after-ms': '400' }), says('well')) });
    const service = await serve(`[chatd.retry]\n${quickly}\nmax_delay = "2ms"\n${lab.provider('lab')}`);
    expect((await ask(service, 'lab/busy')).status).toBe(200);
    expect(waitBetween(lab.calls('busy'))).toBeGreaterThanOrEqual(395);
  });

  it('is not waited for at all when it is longer than max_retry_after, and the caller is told of it', async () => {
    const lab = await startLab({ busy: inTurn(fails(429, { 'retry-after-ms': '400' }), says('well')) });
    const service = await serve(`[chatd.retry]\nmax_retry_after = "399ms"\n${lab.provider('lab')}`);
    const answer = await ask(service, 'lab/busy');
    expect(answer.status).toBe(429);
    expect(answer.headers).toMatchObject({
      'retry-after': '1',
      'retry-after-ms': '400',
      'x-chatd-attempts': '1',
    });
    expect(lab.calls('busy')).toHaveLength(1);
  });

  it('is not waited for beyond 30 s by default', async () => {
    const lab = await startLab({ busy: fails(429, { 'retry-after': '31' }) });
    const service = await serve(lab.provider('lab'));
    const answer = await ask(service, 'lab/busy');
    expect(answer.headers['retry-after']).toBe('31');
    expect(lab.calls('busy')).toHaveLength(1);
  });

  it('is not waited for beyond max_delay while another target is left', async () => {
    const lab = await startLab({ busy: fails(429, { 'retry-after-ms': '5000' }), other: says('well') });
    const service = await serve(
      `[models]\ntier = ["lab/busy", "lab/other"]\n[chatd.retry]\nmax_delay = "50ms"\n${lab.provider('lab')}`,
    );
    const started = performance.now();
    expect((await ask(service, 'tier')).json()).toMatchObject({ model: 'other' });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(lab.calls('busy')).toHaveLength(1);
  });

  it('is not begun when the time of the request would be over before', async () => {
    const lab = await startLab({ busy: fails(429, { 'retry-after': '20' }) });
    const service = await serve(`[chatd]\ntimeout = "10s"\n${lab.provider('lab')}`);
    const started = performance.now();
    expect((await ask(service, 'lab/busy')).status).toBe(429);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
