import { ChatError } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BalanceStrategy, balance, type WeightedTarget } from '../src/balance.js';
import { createTargetLoad, type TargetLoad } from '../src/target-load.js';
import { contextOf, end, read, request, type Step, script, start } from './support/handlers.js';
import { seeded } from './support/seeded.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const target = (model: string, weight?: number): WeightedTarget => ({
  provider: 'p',
  model,
  ...(weight !== undefined && { weight }),
});
const names = (targets: readonly WeightedTarget[]): string => targets.map(({ model }) => model).join('');

/** A load that is told instead of measured. */
const fixedLoad = (loads: Record<string, { inFlight?: number; latencyMs?: number }> = {}): TargetLoad => ({
  observe: () => (next) => next,
  inFlight: ({ model }) => loads[model]?.inFlight ?? 0,
  latencyMs: ({ model }) => loads[model]?.latencyMs ?? 0,
});

const rounds = 20_000;

/** How often each order comes out. */
const count = (
  strategy: BalanceStrategy,
  targets: readonly WeightedTarget[],
  load = fixedLoad(),
): ((prefix: string) => number) => {
  const order = balance(strategy, load, seeded(7));
  const orders = Array.from({ length: rounds }, () => names(order(targets)));
  return (prefix) => orders.filter((each) => each.startsWith(prefix)).length / rounds;
};

/** Four standard deviations of a share that is counted in so many rounds. */
const expectShare = (found: number, share: number): void => {
  expect(Math.abs(found - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / rounds));
};

describe('weighted', () => {
  it('chooses in proportion to the weights', () => {
    const share = count('weighted', [target('a', 1), target('b', 3), target('c', 6)]);
    for (const [name, expected] of [
      ['a', 0.1],
      ['b', 0.3],
      ['c', 0.6],
    ] as const)
      expectShare(share(name), expected);
  });

  it('orders the substitutes in proportion to the weights that are left', () => {
    const share = count('weighted', [target('a', 1), target('b', 3), target('c', 6)]);
    expectShare(share('cb'), 0.6 * (3 / 4));
    expectShare(share('ba'), 0.3 * (1 / 7));
  });

  it('takes an absent weight for 1', () => {
    expectShare(count('weighted', [target('a'), target('b', 4)])('a'), 0.2);
  });

  it('is not disturbed by how busy or slow a target is', () => {
    const load = fixedLoad({ a: { inFlight: 100, latencyMs: 100_000 } });
    expectShare(count('weighted', [target('a'), target('b')], load)('a'), 0.5);
  });
});

describe('least-busy', () => {
  it('asks the idle one first, then the others in the order of their load', () => {
    const load = fixedLoad({ a: { inFlight: 5 }, b: { inFlight: 0 }, c: { inFlight: 2 } });
    expect(count('least-busy', [target('a'), target('b'), target('c')], load)('bca')).toBe(1);
  });

  it('measures the load against the weight', () => {
    const load = fixedLoad({ a: { inFlight: 2 }, b: { inFlight: 3 } });
    expect(count('least-busy', [target('a', 1), target('b', 2)], load)('ba')).toBe(1);
  });

  it('draws between equally busy ones at random, in proportion to the weights', () => {
    const load = fixedLoad({ a: { inFlight: 1 }, b: { inFlight: 3 }, c: { inFlight: 2 } });
    expectShare(count('least-busy', [target('a', 1), target('b', 3), target('c')], load)('ab'), 0.25);
  });

  it('spreads calls that come at the same time', async () => {
    const load = createTargetLoad();
    const order = balance('least-busy', load, seeded(1));
    const targets = [target('a'), target('b'), target('c')];
    const readings = Array.from({ length: 30 }, () => {
      const chosen = order(targets)[0] as WeightedTarget;
      return read(load.observe(chosen)(script(100, start, end))(request, contextOf()));
    });
    expect(targets.map((each) => load.inFlight(each))).toEqual([10, 10, 10]);
    await vi.advanceTimersByTimeAsync(100);
    await Promise.all(readings);
  });
});

describe('latency', () => {
  it('never asks the slowest first, and always the quicker of two', () => {
    const load = fixedLoad({ a: { latencyMs: 300 }, b: { latencyMs: 100 }, c: { latencyMs: 200 } });
    const share = count('latency', [target('a'), target('b'), target('c')], load);
    expectShare(share('b'), 2 / 3); // b wins when it is drawn, which is in two of three pairs
    expectShare(share('c'), 1 / 3);
    expect([share('a'), share('bac') + share('cab')]).toEqual([0, 0]);
  });

  it('considers the load and the weight', () => {
    const busy = fixedLoad({ a: { latencyMs: 100, inFlight: 2 }, b: { latencyMs: 250 } });
    expect(count('latency', [target('a'), target('b')], busy)('b')).toBe(1);
    expect(count('latency', [target('a', 2), target('b')], busy)('a')).toBe(1);
  });

  it('draws between equal ones at random', () => {
    expectShare(count('latency', [target('a'), target('b')])('a'), 0.5);
  });
});

/** Calls whatever the order puts first, once in 100 ms, each played by its target's steps; gives the choices. */
const serve = async (
  calls: number,
  load: TargetLoad,
  targets: readonly WeightedTarget[],
  stepsOf: (model: string) => readonly Step[],
): Promise<string> => {
  const order = balance('latency', load, seeded(3));
  let chosen = '';
  for (let call = 0; call < calls; call += 1) {
    const first = order(targets)[0] as WeightedTarget;
    chosen += first.model;
    void read(load.observe(first)(script(...stepsOf(first.model)))(request, contextOf()));
    await vi.advanceTimersByTimeAsync(100);
  }
  return chosen;
};

const share = (chosen: string, model: string): number => chosen.split(model).length - 1;

describe('latency, with what was measured', () => {
  const targets = [target('a'), target('b')];

  it('shifts to the faster one, and comes back to a slow one that has recovered', async () => {
    const load = createTargetLoad();
    const slow = await serve(200, load, targets, (model) => [model === 'a' ? 5000 : 50, start, end]);
    expect(share(slow, 'a')).toBeLessThan(5);
    expect(share(slow, 'a')).toBeGreaterThan(0); // both get measured
    await serve(3000, load, targets, (model) => [model === 'a' ? 20 : 50, start, end]);
    const recovered = await serve(200, load, targets, (model) => [model === 'a' ? 20 : 50, start, end]);
    expect(share(recovered, 'a')).toBeGreaterThan(150);
  });

  it('is not attracted by a target that fails fast', async () => {
    const failure = new ChatError('unreachable', 'connection refused');
    const chosen = await serve(500, createTargetLoad(), targets, (model) =>
      model === 'a' ? [1, failure] : [400, start, end],
    );
    expect(share(chosen, 'a')).toBeLessThan(5);
  });

  it('sends one call to a new target, and waits how it fares before it sends more', async () => {
    const load = createTargetLoad();
    await serve(20, load, [target('b')], () => [50, start, end]);
    const chosen = await serve(40, load, targets, (model) => [model === 'a' ? 3000 : 50, start, end]);
    expect(chosen).toBe(`a${'b'.repeat(39)}`);
  });
});

const strategy = fc.constantFrom<BalanceStrategy>('weighted', 'least-busy', 'latency');
const number = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const loaded = fc.record({
  weight: fc.option(fc.double({ min: 0, minExcluded: true, noNaN: true, noDefaultInfinity: true }), {
    nil: undefined,
  }),
  inFlight: fc.nat(),
  latencyMs: fc.double({ min: 0, noNaN: true }),
});

it('whatever weights, loads and luck are, each target comes out exactly once, and the list is left alone', () => {
  fc.assert(
    fc.property(
      strategy,
      fc.array(loaded, { maxLength: 12 }),
      fc.infiniteStream(number),
      (chosen, loads, luck) => {
        const targets = loads.map(({ weight }, index) => target(String(index), weight));
        const before = [...targets];
        const load: TargetLoad = {
          ...fixedLoad(),
          inFlight: ({ model }) => loads[Number(model)]?.inFlight ?? 0,
          latencyMs: ({ model }) => loads[Number(model)]?.latencyMs ?? 0,
        };
        const ordered = balance(chosen, load, () => luck.next().value as number)(targets);
        expect(ordered).toHaveLength(targets.length);
        expect(new Set(ordered)).toEqual(new Set(targets));
        expect(targets).toEqual(before);
      },
    ),
    { numRuns: 1000 },
  );
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a weight of %d is refused, and named', (weight) => {
  for (const each of ['weighted', 'least-busy', 'latency'] as const) {
    expect(() => balance(each, fixedLoad())([target('a', weight)])).toThrow(
      `The weight of "p/a" must be a number above 0, not ${weight}`,
    );
  }
});
