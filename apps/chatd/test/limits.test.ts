import { describe, expect, it } from 'vitest';
import { ask, hold, serve, stream, trailOf } from './support/calls.js';
import { after, pauses, says, startLab } from './support/lab.js';
import { get, type RunningService } from './support/service.js';

const lab = () => startLab({ slow: pauses(60_000), later: after(300, says('well')), quick: says('well') });

/** What the route says of a provider's calls. */
const occupancyOf = async (service: RunningService, id: string) => {
  const { providers } = (await get(service, '/v1/chat/providers')).json<{
    providers: { id: string; in_flight: number; queued?: number }[];
  }>();
  const { in_flight: inFlight, queued } = providers.find((provider) => provider.id === id) ?? {};
  return { inFlight, queued };
};

describe('max_concurrent', () => {
  it('without it there is no limit', async () => {
    const upstream = await lab();
    const service = await serve(upstream.provider('lab'));
    await Promise.all(Array.from({ length: 20 }, () => hold(service, 'lab/slow')));
    expect((await ask(service, 'lab/quick')).status).toBe(200);
  });

  it('what is beyond it waits its turn', async () => {
    const upstream = await lab();
    const service = await serve(`[chatd.limits]\nmax_concurrent = 1\n${upstream.provider('lab')}`);
    const answers = await Promise.all([1, 2, 3].map(() => ask(service, 'lab/later')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [first, second, third] = upstream.calls('later');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(250);
    expect((third?.at ?? 0) - (second?.at ?? 0)).toBeGreaterThan(250);
  });

  it('what the queue does not hold is refused at once with 503 and Retry-After, and nobody was called', async () => {
    const upstream = await lab();
    const service = await serve(
      `[chatd.limits]\nmax_concurrent = 1\nmax_queue = 1\n${upstream.provider('lab')}`,
    );
    const first = ask(service, 'lab/later');
    await upstream.called('later');
    const others = await Promise.all([ask(service, 'lab/later'), ask(service, 'lab/later')]);
    expect(others.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 503]));
    const refused = others.find(({ status }) => status === 503);
    expect(refused?.headers).toMatchObject({ 'retry-after': '1', 'x-chatd-attempts': '0' });
    expect(refused?.json()).toMatchObject({
      error: {
        code: 'overloaded',
        message: 'chatd answers as many calls at a time as it may (1), and 1 more is waiting',
      },
    });
    expect(refused && trailOf(refused)).toEqual([]);
    expect((await first).status).toBe(200);
    expect(upstream.calls('later')).toHaveLength(2);
  });

  it('who waits longer than queue_timeout is refused', async () => {
    const upstream = await lab();
    const service = await serve(
      `[chatd.limits]\nmax_concurrent = 1\nqueue_timeout = "100ms"\n${upstream.provider('lab')}`,
    );
    await hold(service, 'lab/slow');
    const refused = await ask(service, 'lab/quick');
    expect(refused.status).toBe(503);
    expect(refused.json()).toMatchObject({
      error: { message: expect.stringMatching(/and no place became free within 100 ?ms$/) },
    });
  });

  it('a caller that leaves gives its place away', async () => {
    const upstream = await lab();
    const service = await serve(
      `[chatd.limits]\nmax_concurrent = 1\nmax_queue = 0\n${upstream.provider('lab')}`,
    );
    const held = await hold(service, 'lab/slow');
    expect((await ask(service, 'lab/quick')).status).toBe(503);
    held.leave();
    await expect.poll(async () => (await ask(service, 'lab/quick')).status).toBe(200);
  });

  it('the time in the queue is part of the time of the request', async () => {
    const upstream = await lab();
    const service = await serve(
      `[chatd]\ntimeout = "200ms"\n[chatd.limits]\nmax_concurrent = 1\n[models.long]\ntargets = ["lab/slow"]\ntimeout = "1m"\n${upstream.provider('lab')}`,
    );
    await hold(service, 'long');
    const late = await ask(service, 'lab/quick');
    expect(late.status).toBe(504);
    expect(late.json()).toMatchObject({ error: { code: 'timeout', phase: 'total' } });
    expect(upstream.calls('quick')).toHaveLength(0);
  });
});

describe("a provider's concurrency", () => {
  it('holds for its own calls only, and is shown', async () => {
    const upstream = await lab();
    const service = await serve(
      `[chatd.limits]\nmax_queue = 0\n${upstream.provider('one', 'concurrency = 1')}${upstream.provider('two')}`,
    );
    await hold(service, 'one/slow');
    await hold(service, 'two/slow');
    expect((await ask(service, 'two/quick')).status).toBe(200);
    const refused = await ask(service, 'one/quick');
    expect(refused.status).toBe(503);
    expect(refused.headers).toMatchObject({ 'retry-after': '1', 'x-chatd-attempts': '0' });
    expect(refused.json()).toMatchObject({
      error: {
        provider: 'one',
        message: 'one answers as many calls at a time as it may (1), and no call may wait',
        attempts: [{ provider: 'one', model: 'quick', outcome: 'skipped', code: 'overloaded' }],
      },
    });
    expect(await occupancyOf(service, 'one')).toEqual({ inFlight: 1 });
  });

  it('who waits is shown, and goes on when a place is free', async () => {
    const upstream = await lab();
    const service = await serve(upstream.provider('lab', 'concurrency = 1'));
    const held = await hold(service, 'lab/slow');
    const waiting = ask(service, 'lab/quick');
    await expect.poll(() => occupancyOf(service, 'lab')).toEqual({ inFlight: 1, queued: 1 });
    expect(upstream.calls('quick')).toHaveLength(0);
    held.leave();
    expect((await waiting).status).toBe(200);
    await expect.poll(() => occupancyOf(service, 'lab')).toEqual({ inFlight: 0 });
  });

  it('a tier goes on to its next target at once when a provider has no place left, and waits for the last one', async () => {
    const upstream = await lab();
    const service = await serve(
      `[models]\ntier = ["one/quick", "two/quick"]\n${upstream.provider('one', 'concurrency = 1')}${upstream.provider('two', 'concurrency = 1')}`,
    );
    await hold(service, 'one/slow');
    const answer = await stream(service, 'tier');
    expect(answer.headers).toMatchObject({ 'x-chatd-provider': 'two', 'x-chatd-attempts': '1' });
    expect(answer.text).toContain('"outcome":"skipped","code":"overloaded"');
    const held = await hold(service, 'two/slow');
    const waiting = stream(service, 'tier');
    await expect.poll(() => occupancyOf(service, 'two')).toEqual({ inFlight: 1, queued: 1 });
    held.leave();
    expect((await waiting).headers).toMatchObject({ 'x-chatd-provider': 'two' });
  });
});
