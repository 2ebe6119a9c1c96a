import { describe, expect, it } from 'vitest';
import { latencies, median, percentile, slope, spread } from '../lib/statistics.mjs';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe('percentiles', () => {
  it('are values that were measured, by the nearest rank', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([7], 0.999)).toBe(7);
    expect(percentile([1, 2], 0)).toBe(1);
  });

  it('order numbers as numbers, and leave the samples as they are', () => {
    const samples = [10, 9, 100];
    expect(percentile(samples, 1)).toBe(100);
    expect(samples).toEqual([10, 9, 100]);
  });

  it('of nothing are unknown, not 0', () => {
    expect(percentile([], 0.5)).toBeUndefined();
    expect(latencies([])).toEqual({ count: 0 });
  });
});

describe('median and spread', () => {
  it('of an even number of samples is the mean of the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('tell the least and the most beside the median', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, count: 3 });
    expect(spread([])).toEqual({ count: 0 });
  });
});

describe('slope', () => {
  it('is that of the line through the points', () => {
    expect(
      slope([
        [0, 5],
        [1, 7],
        [2, 9],
      ]),
    ).toBeCloseTo(2);
    expect(
      slope([
        [1, 1],
        [1, 9],
      ]),
    ).toBe(0);
  });
});
