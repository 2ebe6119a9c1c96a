import { expect, it } from 'vitest';
import { comparePairs, measurePairs, pairOrder } from '../lib/pairs.mjs';

it('who is measured first alternates', () => {
  expect(pairOrder(3).map(([first]) => first)).toEqual(['subject', 'reference', 'subject']);
});

it('both sides of a pair are measured directly one after the other', async () => {
  const order: string[] = [];
  await measurePairs(2, async (side: string) => {
    order.push(side);
    return {};
  });
  expect(order).toEqual(['subject', 'reference', 'reference', 'subject']);
});

it('goes on alternating in the next generation', async () => {
  const [pair] = await measurePairs(1, async () => ({}), { offset: 3 });
  expect(pair?.first).toBe('reference');
});

it('what is found out before a pair is told with it', async () => {
  const [pair] = await measurePairs(1, async (side: string) => side, {
    before: async () => ({ cores: [1] }),
  });
  expect(pair).toEqual({ first: 'subject', cores: [1], subject: 'subject', reference: 'reference' });
});

it('the ratio is the median of the ratios of the pairs, not the ratio of the medians', () => {
  const pairs = [
    { subject: { cpu: 10 }, reference: { cpu: 10 } },
    { subject: { cpu: 90 }, reference: { cpu: 30 } }, // a slow moment for both
    { subject: { cpu: 40 }, reference: { cpu: 20 } },
  ];
  const { ratio, subject, reference } = comparePairs(pairs, 'cpu');
  expect(ratio).toEqual({ median: 2, min: 1, max: 3, count: 3 });
  expect(subject.median / reference.median).toBe(2);
  expect(comparePairs(pairs.slice(0, 2), 'cpu').ratio.median).toBe(2);
});
