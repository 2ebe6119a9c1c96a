import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom, poissonArrivals } from '../lib/arrivals.mjs';

it('the schedule is the same for the same seed and another for another', () => {
  const make = (seed: number) => poissonArrivals({ perSecond: 100, seconds: 2, seed });
  expect(make(1)).toEqual(make(1));
  expect(make(1)).not.toEqual(make(2));
});

it('arrivals rise and stay within the time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
      const arrivals: number[] = poissonArrivals({ perSecond: 50, seconds: 1, seed });
      const sorted = arrivals.toSorted((left, right) => left - right);
      expect(arrivals).toEqual(sorted);
      expect(arrivals.every((at) => at >= 0 && at < 1000)).toBe(true);
    }),
  );
});

it('gaps are those of a Poisson process: their mean is the rate, and their deviation is as large as the mean', () => {
  const arrivals: number[] = poissonArrivals({ perSecond: 300, seconds: 100, seed: 5 });
  const gaps = arrivals.map((at, index) => at - (arrivals[index - 1] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(Math.abs(mean * 300 - 1000) / 1000).toBeLessThan(0.03);
  expect(Math.abs(Math.sqrt(variance) / mean - 1)).toBeLessThan(0.05);
});

it('random numbers lie in [0, 1)', () => {
  const random = createRandom(2 ** 32 - 1);
  const numbers = Array.from({ length: 10_000 }, random);
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
});
