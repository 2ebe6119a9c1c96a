import { inputTokens, outputTokens, type Usage } from '@lakehouse/chat-core';
import { present } from '../present.js';

/** Cached tokens are part of the prompt here, and reasoning is part of the completion. */
export interface OpenaiUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number; readonly cache_write_tokens?: number };
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number };
  /** In US dollars, as OpenRouter tells it. */
  readonly cost?: number;
}

const someOf = <T extends object>(value: T): T | undefined =>
  Object.keys(value).length > 0 ? value : undefined;

/** Undefined when the upstream counted no tokens, or something else than tokens. */
export const toOpenaiUsage = (usage: Usage | undefined): OpenaiUsage | undefined => {
  const input = inputTokens(usage);
  const output = outputTokens(usage);
  if (input === undefined && output === undefined) return undefined;
  // Where only one side is known, the protocol still wants a number of the other: 0, so that the total is what is known.
  const [prompt, completion] = [input ?? 0, output ?? 0];
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...present({
      prompt_tokens_details: someOf(
        present({ cached_tokens: usage?.cacheRead, cache_write_tokens: usage?.cacheWrite }),
      ),
      completion_tokens_details: someOf(present({ reasoning_tokens: usage?.reasoning })),
      cost: usage?.costUsd,
    }),
  };
};
