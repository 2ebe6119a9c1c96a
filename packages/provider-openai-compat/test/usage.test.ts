import { inputTokens, outputTokens } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toUsage } from '../src/usage.js';

describe('buckets', () => {
  it.each([
    [
      'OpenAI: cached is part of the prompt, reasoning of the completion',
      {
        prompt_tokens: 10,
        completion_tokens: 8,
        total_tokens: 18,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 5 },
      },
      { input: 6, cacheRead: 4, output: 3, reasoning: 5 },
    ],
    [
      'xAI: reasoning is not inside the completion; the total tells',
      {
        prompt_tokens: 12,
        completion_tokens: 1,
        total_tokens: 241,
        completion_tokens_details: { reasoning_tokens: 228 },
      },
      { input: 12, output: 1, reasoning: 228 },
    ],
    [
      'a detail is larger than its total',
      {
        prompt_tokens: 5,
        completion_tokens: 10,
        total_tokens: 15,
        prompt_tokens_details: { cached_tokens: 7 },
        completion_tokens_details: { reasoning_tokens: 11 },
      },
      { input: 0, cacheRead: 5, output: 0, reasoning: 10 },
    ],
    [
      'DeepSeek: names of its own for the cache',
      { prompt_tokens: 10, completion_tokens: 2, prompt_cache_hit_tokens: 8, prompt_cache_miss_tokens: 2 },
      { input: 2, cacheRead: 8, output: 2 },
    ],
    ['numbers as text', { prompt_tokens: '10', completion_tokens: '2' }, { input: 10, output: 2 }],
    [
      'what is null or absent is not 0',
      { prompt_tokens: 10, completion_tokens: null, prompt_tokens_details: null },
      { input: 10 },
    ],
    [
      'a 0 that was reported is one',
      { prompt_tokens: 10, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 0 } },
      { input: 10, cacheRead: 0, output: 2 },
    ],
    [
      'the completion is missing, the total tells',
      { prompt_tokens: 10, total_tokens: 12 },
      { input: 10, output: 2 },
    ],
    [
      'Perplexity: the cost is an object',
      { prompt_tokens: 1, completion_tokens: 1, cost: { total_cost: 0.5 } },
      { input: 1, output: 1, costUsd: 0.5 },
    ],
    [
      'nonsense is nothing',
      { prompt_tokens: -1, completion_tokens: 'many', total_tokens: Number.NaN },
      undefined,
    ],
  ])('%s', (_, usage, expected) => {
    expect(toUsage(usage)).toEqual(expected);
  });

  it('a cost beside the usage goes before the one inside', () => {
    expect(toUsage({ cost: 2 }, '0.5')).toEqual({ costUsd: 0.5 });
    expect(toUsage(undefined, '0.5')).toEqual({ costUsd: 0.5 });
    expect(toUsage(undefined)).toBeUndefined();
  });
});

const count = fc.option(
  fc.oneof(fc.nat(1_000_000), fc.nat(1000).map(String), fc.constant(-3), fc.constant('x'), fc.double()),
  { nil: undefined },
);

const reported = fc.record({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: fc.record({ cached_tokens: count, cache_write_tokens: count }),
  completion_tokens_details: fc.record({ reasoning_tokens: count }),
});

it('no bucket is ever negative, whatever is reported', () => {
  fc.assert(
    fc.property(reported, (usage) => {
      for (const bucket of Object.values(toUsage(usage) ?? {})) expect(bucket).toBeGreaterThanOrEqual(0);
    }),
  );
});

it('the buckets add up to what was reported: the prompt, and the completion or what the total has more', () => {
  const whole = fc.record({ prompt: fc.nat(), completion: fc.nat(), beyond: fc.nat(1000) });
  fc.assert(
    fc.property(whole, reported, ({ prompt, completion, beyond }, details) => {
      const usage = toUsage({
        ...details,
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion + beyond,
      });
      expect(inputTokens(usage)).toBe(prompt);
      expect(outputTokens(usage)).toBe(completion + beyond);
    }),
  );
});
