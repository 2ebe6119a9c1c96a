import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { ask, chatLines, hold, serve, stream } from './support/calls.js';
import { breaksAfter, fails, inTurn, pauses, says, startLab } from './support/lab.js';
import { rowsOf, scrape, sumOf } from './support/metrics.js';
import { scriptedPlugin } from './support/scripted-plugin.js';
import { get, post, type RunningService } from './support/service.js';

const start = async (more = ''): Promise<RunningService> => {
  const lab = await startLab({
    up: says('well'),
    down: fails(401),
    unknown: fails(404, {}, { code: 'model_not_found' }),
    flaky: inTurn(fails(500), says('well')),
    broken: breaksAfter('half of '),
    slow: pauses(60_000),
  });
  return serve(
    `[models]
tier = ["keyless/up", "lab/down", "lab/up"]
[chatd.retry]
attempts = 2
base_delay = "1ms"
${more}[chatd.providers.scripted]
use = "./scripted.mjs"
${lab.provider('lab')}${lab.provider('keyless', 'key_env = "NO_SUCH_KEY"')}`,
    {},
    { 'scripted.mjs': scriptedPlugin },
  );
};

const requests = async (service: RunningService) => rowsOf(await scrape(service), 'chatd_requests_total');

describe('chatd_requests_total', () => {
  it('counts a whole call and a streamed one by provider and model', async () => {
    const service = await start();
    await ask(service, 'lab/up');
    await stream(service, 'lab/up');
    expect(await requests(service)).toEqual([
      { kind: 'chat', provider: 'lab', model: 'up', outcome: 'ok', value: 2 },
    ]);
  });

  it('counts a failed call under its code, without the name of its model', async () => {
    const service = await start();
    await ask(service, 'lab/down');
    await ask(service, 'lab/unknown');
    await ask(service, 'keyless/up');
    expect(await requests(service)).toEqual([
      { kind: 'chat', provider: 'lab', outcome: 'unauthenticated', value: 1 },
      { kind: 'chat', provider: 'lab', outcome: 'model-not-found', value: 1 },
      { kind: 'chat', provider: 'keyless', outcome: 'provider-unavailable', value: 1 },
    ]);
  });

  it('counts a call that no provider was asked for without a provider', async () => {
    const service = await start();
    await post(service, '{');
    await post(service, { model: 3 });
    await ask(service, 'ollama-cloud/x');
    expect(await requests(service)).toEqual([
      { kind: 'chat', outcome: 'invalid-request', value: 2 },
      { kind: 'chat', outcome: 'provider-unavailable', value: 1 },
    ]);
  });

  it('counts a call once that fails after its stream began', async () => {
    const service = await start();
    await stream(service, 'lab/broken');
    expect(await requests(service)).toEqual([
      { kind: 'chat', provider: 'lab', outcome: 'bad-response', value: 1 },
    ]);
  });

  it('counts a caller that left', async () => {
    const service = await start();
    (await hold(service, 'lab/slow')).leave();
    await expect
      .poll(() => requests(service))
      .toEqual([{ kind: 'chat', provider: 'lab', outcome: 'aborted', value: 1 }]);
  });

  it('counts a call for vectors by its own kind', async () => {
    const service = await start();
    await post(service, { model: 'scripted/x', input: 'x' }, { path: '/v1/embeddings' });
    expect(await requests(service)).toEqual([
      { kind: 'embed', provider: 'scripted', outcome: 'unsupported', value: 1 },
    ]);
  });

  it('has what the log has, call by call, also beyond one batch', async () => {
    const service = await start();
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(['lab/up', 'lab/down', 'scripted/cut'].map((model) => ask(service, model)));
    }
    const lines = chatLines(service);
    expect(lines).toHaveLength(90);
    const samples = await scrape(service);
    for (const outcome of ['ok', 'unauthenticated', 'bad-response']) {
      const logged = lines.filter((line) => line.outcome === outcome).length;
      const counted = samples.filter(
        ({ name, labels }) => name === 'chatd_requests_total' && labels.outcome === outcome,
      );
      expect([outcome, counted.map(({ value }) => value)]).toEqual([outcome, [logged]]);
    }
    expect(sumOf(samples, 'chatd_request_duration_seconds_count')).toBe(90);
  });
});

describe('the other counters', () => {
  it('chatd_attempts_total shows what was repeated, passed over and led on', async () => {
    const service = await start();
    await ask(service, 'tier');
    await ask(service, 'lab/flaky');
    expect(rowsOf(await scrape(service), 'chatd_attempts_total')).toEqual([
      { provider: 'keyless', outcome: 'skipped', value: 1 },
      { provider: 'lab', outcome: 'unauthenticated', value: 1 },
      { provider: 'lab', outcome: 'ok', value: 2 },
      { provider: 'lab', outcome: 'upstream-failure', value: 1 },
    ]);
  });

  it('chatd_tokens_total adds up what upstreams count; one that does not count is no 0', async () => {
    const service = await start();
    await ask(service, 'scripted/echo');
    await stream(service, 'scripted/echo');
    await ask(service, 'lab/up');
    const samples = await scrape(service);
    expect(rowsOf(samples, 'chatd_tokens_total')).toEqual([
      { provider: 'scripted', model: 'echo', direction: 'input', value: 6 },
      { provider: 'scripted', model: 'echo', direction: 'output', value: 4 },
    ]);
    expect(rowsOf(samples, 'chatd_answers_without_usage_total')).toEqual([
      { provider: 'lab', model: 'up', value: 1 },
    ]);
  });

  it('durations fall into the buckets of their result, and only streams have a first content', async () => {
    const service = await start();
    await ask(service, 'lab/up');
    await ask(service, 'lab/down');
    const whole = await scrape(service);
    expect(rowsOf(whole, 'chatd_request_duration_seconds_count')).toEqual([
      { kind: 'chat', provider: 'lab', result: 'ok', value: 1 },
      { kind: 'chat', provider: 'lab', result: 'failed', value: 1 },
    ]);
    expect(rowsOf(whole, 'chatd_first_content_seconds_count')).toEqual([]);
    await stream(service, 'lab/broken');
    await stream(service, 'lab/down');
    const streamed = await scrape(service);
    expect(rowsOf(streamed, 'chatd_first_content_seconds_count')).toEqual([{ provider: 'lab', value: 1 }]);
    const seconds = sumOf(streamed, 'chatd_first_content_seconds_sum');
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(10);
  });

  it('outlive a reload', async () => {
    const service = await start();
    await ask(service, 'scripted/echo');
    await service.reload('[chatd.providers.other]\nuse = "./scripted.mjs"\n');
    await ask(service, 'other/echo');
    expect(sumOf(await scrape(service), 'chatd_requests_total')).toBe(2);
  });
});

describe('GET /metrics', () => {
  it('takes no other method, and no foreign host', async () => {
    const service = await start();
    const refused = await post(service, {}, { path: '/metrics' });
    expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, HEAD']);
    const foreign = await request(`${service.url}/metrics`, { headers: { host: 'evil.example' } });
    expect([foreign.statusCode, await foreign.body.text()]).toEqual([
      403,
      expect.not.stringContaining('chatd_requests'),
    ]);
  });

  it('answers while the service stops', async () => {
    const service = await start();
    const held = await hold(service, 'lab/slow');
    const cut = service.drain.begin(60_000);
    expect(rowsOf(await scrape(service), 'chatd_draining')).toEqual([{ value: 1 }]);
    held.leave();
    await cut;
  });

  it('counts neither itself nor other pages as calls', async () => {
    const service = await start();
    await get(service, '/healthz');
    await scrape(service);
    expect(await requests(service)).toEqual([]);
  });

  it('holds nothing of a prompt or an answer', async () => {
    const service = await start();
    const messages = [{ role: 'user', content: 'canary-of-a-prompt' }];
    await post(service, { model: 'scripted/echo', messages });
    await post(service, { model: 'lab/canary-of-a-name', messages });
    await stream(service, 'lab/broken');
    await ask(service, 'scripted/fail:canary-of-a-code');
    const { text } = await get(service, '/metrics');
    expect(text).toContain('model="echo"');
    expect(text).not.toMatch(/canary|half of/);
  });
});
