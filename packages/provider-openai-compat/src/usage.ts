import type { Usage } from '@lakehouse/chat-core';
import { asAmount, asObject } from './loose.js';

type Fields = Readonly<Record<string, unknown>>;

/** Filled member by member: an object spread for each costs every answer more than all that is read here. */
type Found = { -readonly [Name in keyof Usage]: Usage[Name] };

const firstAmount = (...values: readonly unknown[]): number | undefined => {
  for (const value of values) {
    const amount = asAmount(value);
    if (amount !== undefined) return amount;
  }
  return undefined;
};

const firstCount = (...values: readonly unknown[]): number | undefined => {
  const amount = firstAmount(...values);
  return amount === undefined ? undefined : Math.round(amount);
};

const addInput = (found: Found, usage: Fields, prompt: number | undefined): void => {
  const details = asObject(usage.prompt_tokens_details) ?? asObject(usage.input_tokens_details);
  // Kimi puts the cached tokens at the top, DeepSeek has names of its own.
  const read = firstCount(details?.cached_tokens, usage.cached_tokens, usage.prompt_cache_hit_tokens);
  const written = firstCount(details?.cache_write_tokens, usage.cache_creation_input_tokens);
  if (prompt === undefined) return;
  const cacheRead = read === undefined ? undefined : Math.min(read, prompt);
  const cacheWrite = written === undefined ? undefined : Math.min(written, prompt - (cacheRead ?? 0));
  found.input = prompt - (cacheRead ?? 0) - (cacheWrite ?? 0);
  if (cacheRead !== undefined) found.cacheRead = cacheRead;
  if (cacheWrite !== undefined) found.cacheWrite = cacheWrite;
};

const addOutput = (found: Found, usage: Fields, completion: number | undefined): void => {
  const details = asObject(usage.completion_tokens_details) ?? asObject(usage.output_tokens_details);
  const stated = firstCount(details?.reasoning_tokens, usage.reasoning_tokens);
  if (completion === undefined) return;
  const reasoning = stated === undefined ? 0 : Math.min(stated, completion);
  found.output = completion - reasoning;
  if (stated !== undefined) found.reasoning = reasoning;
};

/**
 * Makes disjoint buckets of a `usage` object. Cached tokens are part of the prompt, reasoning is part of the completion;
 * xAI does not count it there, which only its total tells, so that what the total has more goes to the output. Details
 * larger than what they are part of are cut to it. A cost beside the usage (OpenCode Zen) goes before the one inside.
 */
export const toUsage = (value: unknown, costBeside?: unknown): Usage | undefined => {
  const usage = asObject(value) ?? {};
  const prompt = firstCount(usage.prompt_tokens, usage.input_tokens);
  const stated = firstCount(usage.completion_tokens, usage.output_tokens);
  const total = firstCount(usage.total_tokens);
  const rest = total === undefined || prompt === undefined ? undefined : Math.max(0, total - prompt);
  const completion = rest === undefined ? stated : Math.max(stated ?? 0, rest);
  const costUsd = firstAmount(costBeside, usage.cost, asObject(usage.cost)?.total_cost);
  const found: Found = {};
  addInput(found, usage, prompt);
  addOutput(found, usage, completion);
  if (costUsd !== undefined) found.costUsd = costUsd;
  return Object.keys(found).length > 0 ? found : undefined;
};
