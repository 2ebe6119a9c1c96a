/**
 * What a call consumed. The buckets are disjoint, so that their sum is the total; a bucket that the upstream did not
 * report is absent, never 0.
 */
export interface Usage {
  /** Input that was neither read from nor written to a cache. */
  readonly input?: number;
  /** Input that was read from a cache. */
  readonly cacheRead?: number;
  /** Input that was written to a cache. */
  readonly cacheWrite?: number;
  /** Output without reasoning, where the upstream tells the two apart; all output where it does not. */
  readonly output?: number;
  /** Output that was reasoning. */
  readonly reasoning?: number;
  /** In US dollars, as the upstream stated it. */
  readonly costUsd?: number;
  /** What the buckets count; absent means tokens. */
  readonly unit?: 'words';
}

const sum = (...buckets: readonly (number | undefined)[]): number | undefined => {
  const known = buckets.filter((bucket) => bucket !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, bucket) => total + bucket, 0);
};

/** All input tokens; undefined when the upstream said nothing or counted something else than tokens. */
export const inputTokens = (usage: Usage | undefined): number | undefined =>
  usage === undefined || usage.unit !== undefined
    ? undefined
    : sum(usage.input, usage.cacheRead, usage.cacheWrite);

/** All output tokens; undefined when the upstream said nothing or counted something else than tokens. */
export const outputTokens = (usage: Usage | undefined): number | undefined =>
  usage === undefined || usage.unit !== undefined ? undefined : sum(usage.output, usage.reasoning);
