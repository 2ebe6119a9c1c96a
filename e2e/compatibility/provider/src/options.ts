import type { ResolvedKey, Timeouts, Transport } from '@lakehouse/chat-core';
import type { SizeLimits } from '@lakehouse/provider-utils';
import { z } from 'zod';

/** The plugin's name, which is a key of `providerOptions` and `providerMetadata` too. */
export const pluginName = 'courier';

/** What stands in the config. */
export const optionsSchema = z.strictObject({
  /** Base address of the upstream. */
  url: z.url(),
  /** A `.env` file to look for the key in. */
  key_file: z.string().optional(),
  /** The upstream loads a model when it is asked for, so that the first answer may take minutes. */
  loads_models: z.boolean().default(false),
});

/** The limits that suit an upstream. */
export const courierTimeouts = ({ loads_models: loads }: { readonly loads_models: boolean }): Timeouts => ({
  connectMs: 5_000,
  firstContentMs: loads ? 300_000 : 60_000,
  idleMs: 30_000,
});

/** What `createCourier` takes. */
export interface CourierSettings {
  readonly url: string;
  readonly key: ResolvedKey;
  readonly timeouts?: Timeouts;
  readonly transport?: Transport;
  readonly limits?: Partial<SizeLimits>;
}
