import { ChatError, type ProviderMetadata } from '@lakehouse/chat-core';
import { z } from 'zod';

const number = z.number().exactOptional();
const count = z.int().min(0).exactOptional();

/** What `providerOptions` may hold: sampling of node-llama-cpp, by its own names, that no other provider has. */
const ownOptions = z.strictObject({
  minP: number,
  xtc: z.strictObject({ probability: z.number(), threshold: z.number() }).exactOptional(),
  repeatPenalty: z
    .strictObject({ penalty: number, lastTokens: count, penalizeNewLine: z.boolean().exactOptional() })
    .exactOptional(),
  dryRepeatPenalty: z
    .strictObject({
      strength: z.number(),
      base: number,
      allowedLength: count,
      lastTokens: count,
      sequenceBreakers: z.array(z.string()).exactOptional(),
    })
    .exactOptional(),
  /** The most tokens that may go into reasoning. */
  thoughtTokens: count,
});

/** The checked options of one request. */
export type OwnOptions = z.output<typeof ownOptions>;

/** The slices under the given names, the later over the earlier; throws `invalid-request` for an unknown field. */
export const readOwnOptions = (
  providerOptions: ProviderMetadata | undefined,
  names: readonly string[],
  provider: string,
): OwnOptions => {
  let merged: OwnOptions = {};
  for (const name of new Set(names)) {
    const { data, error } = ownOptions.safeParse(providerOptions?.[name] ?? {});
    const issue = error?.issues[0];
    if (issue) {
      const path = ['providerOptions', name, ...issue.path].join('.');
      const known = Object.keys(ownOptions.shape).join(', ');
      const reason =
        issue.code === 'unrecognized_keys' ? `${issue.message}; known are ${known}` : issue.message;
      throw new ChatError('invalid-request', `${provider}: ${path}: ${reason}`, { provider, path });
    }
    merged = { ...merged, ...data };
  }
  return merged;
};
