import { describe, expect, it } from 'vitest';
import { inputTokens, outputTokens, type Usage } from '../src/index.js';

describe('token totals', () => {
  it.each<[string, Usage | undefined, number | undefined, number | undefined]>([
    ['nothing reported', undefined, undefined, undefined],
    ['an empty report', {}, undefined, undefined],
    ['only a price', { costUsd: 0.1 }, undefined, undefined],
    ['zero, which is not unknown', { input: 0, output: 0 }, 0, 0],
    ['all buckets', { input: 1, cacheRead: 2, cacheWrite: 4, output: 8, reasoning: 16 }, 7, 24],
    ['a cache read alone', { cacheRead: 3 }, 3, undefined],
    ['another unit than tokens', { input: 5, output: 6, unit: 'words' }, undefined, undefined],
  ])('%s', (_, usage, input, output) => {
    expect(inputTokens(usage)).toBe(input);
    expect(outputTokens(usage)).toBe(output);
  });
});
