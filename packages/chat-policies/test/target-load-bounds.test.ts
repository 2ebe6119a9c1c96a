import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TargetName } from '../src/policy-context.js';
import { createTargetLoad, type TargetLoad } from '../src/target-load.js';
import { contextOf, end, type Outcome, read, request, type Step, script, start } from './support/handlers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ask = (
  load: TargetLoad,
  steps: readonly Step[],
  target: TargetName,
  context = contextOf(),
): Promise<Outcome> => read(load.observe(target)(script(...steps))(request, context));

describe('at most 1000 targets are held', () => {
  const numbered = (index: number) => ({ provider: 'p', model: `m${index}` });
  const slow = [100, start, end] as const;

  it('and the one that was asked longest ago is forgotten first, but none that is busy', async () => {
    const load = createTargetLoad();
    const busy = ask(load, [50_000, start, end], numbered(0));
    const readings = Array.from({ length: 999 }, (_, index) => ask(load, slow, numbered(index + 1)));
    await vi.advanceTimersByTimeAsync(100);
    await Promise.all(readings);
    for (const index of [1, 1000]) {
      const reading = ask(load, slow, numbered(index));
      await vi.advanceTimersByTimeAsync(100);
      await reading;
    }
    expect([0, 1, 3, 1000].every((index) => load.latencyMs(numbered(index)) > 0)).toBe(true);
    expect([load.latencyMs(numbered(2)), load.inFlight(numbered(0))]).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(50_000);
    await busy;
  });

  it('and those that are idle and faded make room before one that is known', async () => {
    const load = createTargetLoad({ decayMs: 100 }); // forgotten after 700 ms
    const others = Array.from({ length: 999 }, (_, index) => numbered(index + 1));
    const readings = others.map((each) => ask(load, slow, each));
    await vi.advanceTimersByTimeAsync(500);
    const known = ask(load, slow, numbered(0));
    await vi.advanceTimersByTimeAsync(100);
    const left = contextOf();
    left.abort();
    readings.push(known, ...others.map((each) => ask(load, slow, each, left))); // asked last, but not measured
    await vi.advanceTimersByTimeAsync(250);
    await Promise.all(readings);
    const another = ask(load, slow, numbered(1000));
    await vi.advanceTimersByTimeAsync(100);
    await another;
    expect([0, 1000].every((index) => load.latencyMs(numbered(index)) > 0)).toBe(true);
  });

  it('and none is forgotten while there is room', async () => {
    const load = createTargetLoad();
    for (const index of [0, 1, 2]) {
      const reading = ask(load, slow, numbered(index));
      await vi.advanceTimersByTimeAsync(100);
      await reading;
    }
    expect([0, 1, 2].every((index) => load.latencyMs(numbered(index)) > 0)).toBe(true);
  });

  it('and one more than 1000 busy ones is answered, but not held', async () => {
    const load = createTargetLoad();
    const readings = Array.from({ length: 1001 }, (_, index) => ask(load, slow, numbered(index)));
    expect([999, 1000].map((index) => load.inFlight(numbered(index)))).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(100);
    expect((await Promise.all(readings)).every(({ error }) => error === undefined)).toBe(true);
    expect(load.latencyMs(numbered(1000))).toBe(0);
  });
});
