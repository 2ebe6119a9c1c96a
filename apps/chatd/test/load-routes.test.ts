import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ask, hold, serve } from './support/calls.js';
import { fails, inTurn, pauses, says, startLab } from './support/lab.js';
import { get, post, type RunningService } from './support/service.js';

const providerOf = async (service: RunningService, id: string) => {
  const { providers } = (await get(service, '/v1/chat/providers')).json<{ providers: { id: string }[] }>();
  return providers.find((provider) => provider.id === id) as Record<string, unknown>;
};

const resolve = async (service: RunningService, model: string) =>
  (await post(service, { model }, { path: '/v1/chat/resolve' })).json();

const models = { up: says('well'), down: fails(500), slow: pauses(60_000), other: says('well') };
const opened = '[chatd.retry]\nattempts = 1\n[chatd.breaker]\nfailures = 1\n';

describe('GET /v1/chat/providers', () => {
  it('says how many calls are under way, of all models together', async () => {
    const lab = await startLab(models);
    const service = await serve(`${lab.provider('lab')}${lab.provider('idle')}`);
    const held = await Promise.all([hold(service, 'lab/slow'), hold(service, 'lab/slow')]);
    expect(await providerOf(service, 'lab')).toMatchObject({ in_flight: 2 });
    expect(await providerOf(service, 'idle')).toMatchObject({ in_flight: 0 });
    for (const stream of held) stream.leave();
    await expect.poll(() => providerOf(service, 'lab')).toMatchObject({ in_flight: 0 });
    expect(await providerOf(service, 'lab')).not.toHaveProperty('queued');
  });

  it('lists the circuits that are not closed, with the time until the next try', async () => {
    const lab = await startLab(models);
    const service = await serve(`${opened}${lab.provider('lab')}`);
    await ask(service, 'lab/up');
    expect(await providerOf(service, 'lab')).not.toHaveProperty('circuits');
    await ask(service, 'lab/down');
    const { circuits } = await providerOf(service, 'lab');
    expect(circuits).toEqual([
      {
        model: 'down',
        state: 'open',
        failures: 1,
        retry_in_ms: expect.any(Number),
        last_code: 'upstream-failure',
      },
    ]);
    expect((circuits as [{ retry_in_ms: number }])[0].retry_in_ms).toBeLessThanOrEqual(10_000);
  });

  it('does not list one that has failures but is closed', async () => {
    const lab = await startLab(models);
    const service = await serve(
      `[chatd.retry]\nattempts = 1\n[chatd.breaker]\nfailures = 2\n${lab.provider('lab')}`,
    );
    await ask(service, 'lab/down');
    expect(await providerOf(service, 'lab')).not.toHaveProperty('circuits');
    await ask(service, 'lab/down');
    expect(await providerOf(service, 'lab')).toHaveProperty('circuits');
  });

  it('calls a circuit half-open once its cooldown is over, until a call has tried', async () => {
    const lab = await startLab({ flapping: inTurn(fails(500), says('well')) });
    const service = await serve(`${opened}cooldown = "50ms"\n${lab.provider('lab')}`);
    await ask(service, 'lab/flapping');
    await sleep(100);
    expect(await providerOf(service, 'lab')).toMatchObject({
      circuits: [{ model: 'flapping', state: 'half-open', failures: 1 }],
    });
    await ask(service, 'lab/flapping');
    expect(await providerOf(service, 'lab')).not.toHaveProperty('circuits');
  });
});

describe('POST /v1/chat/resolve', () => {
  it('says what is special about a tier', async () => {
    const lab = await startLab(models);
    const service = await serve(
      `[chatd]
timeout = "90s"
[models]
plain = "lab/up"
[models.held]
targets = ["lab/up"]
delivery = "buffered"
timeout = "5m"
[models.hedged]
targets = ["lab/up", "lab/other"]
hedge = "750ms"
${lab.provider('lab')}`,
    );
    const plain = await resolve(service, 'plain');
    expect(plain).toMatchObject({ tier: 'plain', timeout_ms: 90_000 });
    expect(plain).not.toHaveProperty('delivery');
    expect(plain).not.toHaveProperty('hedge_ms');
    expect(await resolve(service, 'held')).toMatchObject({ timeout_ms: 300_000, delivery: 'buffered' });
    expect(await resolve(service, 'hedged')).toMatchObject({ timeout_ms: 90_000, hedge_ms: 750 });
  });

  it('says of the targets of a balanced group which group it is, its strategy and their weights', async () => {
    const lab = await startLab(models);
    const service = await serve(
      `[models]
tier = ["lab/slow", "pair", "lab/down"]
[models.pair]
targets = ["lab/up", { model = "lab/other", weight = 3 }]
strategy = "least-busy"
${lab.provider('lab')}`,
    );
    const { chain } = (await resolve(service, 'tier')) as { chain: Record<string, unknown>[] };
    const balanced = { group: 1, strategy: 'least-busy' };
    expect(chain).toEqual([
      expect.not.objectContaining({ group: expect.anything() }),
      expect.objectContaining({ model: 'up', weight: 1, ...balanced }),
      expect.objectContaining({ model: 'other', weight: 3, ...balanced }),
      expect.not.objectContaining({ group: expect.anything() }),
    ]);
    expect(chain.map(({ model }) => model)).toEqual(['slow', 'up', 'other', 'down']);
  });

  it('says which targets would be passed over now, and why', async () => {
    const lab = await startLab(models);
    const service = await serve(
      `[models]\ntier = ["lab/down", "keyless/up", "lab/up"]\n${opened}${lab.provider('lab')}${lab.provider('keyless', 'key_env = "NO_SUCH_KEY"')}`,
    );
    await ask(service, 'lab/down');
    const asked = lab.calls('down').length;
    const { chain } = (await resolve(service, 'tier')) as { chain: Record<string, unknown>[] };
    expect(chain).toMatchObject([
      {
        model: 'down',
        skipped: 'overloaded',
        circuit: { state: 'open', failures: 1, last_code: 'upstream-failure' },
      },
      { provider: 'keyless', key: 'missing', skipped: 'provider-unavailable' },
      { provider: 'lab', model: 'up' },
    ]);
    expect(chain[2]).not.toHaveProperty('skipped');
    expect(lab.calls('down')).toHaveLength(asked);
  });

  it('does not pass over a target whose circuit is half-open, but says so', async () => {
    const lab = await startLab(models);
    const service = await serve(`${opened}cooldown = "50ms"\n${lab.provider('lab')}`);
    await ask(service, 'lab/down');
    await sleep(100);
    const { chain } = (await resolve(service, 'lab/down')) as { chain: [object] };
    expect(chain[0]).toMatchObject({ circuit: { state: 'half-open' } });
    expect(chain[0]).not.toHaveProperty('skipped');
  });
});
