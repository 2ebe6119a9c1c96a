import { describe, expect, it } from 'vitest';
import { ask, hold, serve, trailOf } from './support/calls.js';
import { after, fails, pauses, says, startLab } from './support/lab.js';
import type { RunningService } from './support/service.js';

/** How many of so many requests each model answered first, asked one after the other. */
const askOften = async (service: RunningService, tier: string, times: number) => {
  const answered = new Map<string, number>();
  for (let index = 0; index < times; index += 1) {
    const { model } = (await ask(service, tier)).json<{ model: string }>();
    answered.set(model, (answered.get(model) ?? 0) + 1);
  }
  return (model: string): number => answered.get(model) ?? 0;
};

describe('strategy = "weighted"', () => {
  it('spreads the calls by weight', async () => {
    const lab = await startLab({ a: says('a'), b: says('b') });
    const service = await serve(
      `[models.tier]\ntargets = ["lab/a", { model = "lab/b", weight = 3 }]\nstrategy = "weighted"\n${lab.provider('lab')}`,
    );
    const times = 400;
    const of = await askOften(service, 'tier', times);
    expect(of('a') + of('b')).toBe(times);
    // 100 are expected; 5 standard deviations on either side
    expect(of('a')).toBeGreaterThan(56);
    expect(of('a')).toBeLessThan(144);
  });

  it('is the same without weights for all', async () => {
    const lab = await startLab({ a: says('a'), b: says('b') });
    const service = await serve(
      `[models.tier]\ntargets = ["lab/a", "lab/b"]\nstrategy = "weighted"\n${lab.provider('lab')}`,
    );
    const of = await askOften(service, 'tier', 200);
    expect(Math.min(of('a'), of('b'))).toBeGreaterThan(64); // 100 less 5 standard deviations
  });

  it('goes on to the others when the one that was drawn fails', async () => {
    const lab = await startLab({ down: fails(500), up: says('well') });
    const service = await serve(
      `[models.tier]
targets = [{ model = "lab/down", weight = 1000 }, "lab/up"]
strategy = "weighted"
retry = { attempts = 1 }
[chatd.breaker]
failures = 0
${lab.provider('lab')}`,
    );
    const of = await askOften(service, 'tier', 10);
    expect(of('up')).toBe(10);
    expect(lab.calls('down').length).toBeGreaterThan(5);
  });

  it('passes an open circuit over at once, wherever it was drawn', async () => {
    const lab = await startLab({ down: fails(500), up: says('well') });
    const service = await serve(
      `[models.tier]
targets = [{ model = "lab/down", weight = 1000 }, "lab/up"]
strategy = "weighted"
[chatd.retry]
attempts = 1
[chatd.breaker]
failures = 1
${lab.provider('lab')}`,
    );
    const of = await askOften(service, 'tier', 10);
    expect(of('up')).toBe(10);
    expect(lab.calls('down')).toHaveLength(1);
  });
});

describe('strategy = "least-busy"', () => {
  it('asks the one with the fewest calls under way', async () => {
    const lab = await startLab({ a: pauses(60_000), b: says('b') });
    const service = await serve(
      `[models.tier]\ntargets = ["lab/a", "lab/b"]\nstrategy = "least-busy"\n${lab.provider('lab')}`,
    );
    await hold(service, 'lab/a');
    expect((await askOften(service, 'tier', 20))('b')).toBe(20);
  });

  it('evens out what runs at the same time', async () => {
    const lab = await startLab({ a: pauses(60_000), b: pauses(60_000), c: pauses(60_000) });
    const service = await serve(
      `[models.tier]\ntargets = ["lab/a", "lab/b", "lab/c"]\nstrategy = "least-busy"\n${lab.provider('lab')}`,
    );
    for (let index = 0; index < 12; index += 1) await hold(service, 'tier');
    expect(['a', 'b', 'c'].map((model) => lab.calls(model).length)).toEqual([4, 4, 4]);
  });
});

describe('strategy = "latency"', () => {
  it('asks the one that begins to answer soonest nearly always, once both are known', async () => {
    const lab = await startLab({ slow: after(1500, says('slow')), quick: says('quick'), warm: says('up') });
    const service = await serve(
      `[models.tier]\ntargets = ["lab/slow", "lab/quick"]\nstrategy = "latency"\n${lab.provider('lab')}`,
    );
    await ask(service, 'lab/warm'); // the first measurement counts for a while: not that of the very first call
    await Promise.all([ask(service, 'lab/slow'), ask(service, 'lab/quick')]);
    const of = await askOften(service, 'tier', 50);
    expect(of('quick')).toBeGreaterThan(45);
  });
});

describe('a balanced tier inside of a list', () => {
  const start = async () => {
    const lab = await startLab({ first: fails(401), a: says('a'), b: says('b'), last: says('last') });
    const service = await serve(
      `[models]
tier = ["lab/first", "pair", "lab/last"]
[models.pair]
targets = ["lab/a", "lab/b"]
strategy = "weighted"
${lab.provider('lab')}`,
    );
    return { lab, service };
  };

  it('is asked in its turn, in an order of its own', async () => {
    const { lab, service } = await start();
    const of = await askOften(service, 'tier', 40);
    expect(of('a') + of('b')).toBe(40);
    expect(Math.min(of('a'), of('b'))).toBeGreaterThan(3); // 20 less 5 standard deviations
    expect(lab.calls('first')).toHaveLength(40);
    expect(lab.calls('last')).toHaveLength(0);
  });

  it('is asked for itself too', async () => {
    const { service } = await start();
    expect(trailOf(await ask(service, 'pair'))).toEqual([
      expect.objectContaining({ model: expect.stringMatching(/^[ab]$/), outcome: 'ok' }),
    ]);
  });
});
