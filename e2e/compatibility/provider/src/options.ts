import type { ResolvedKey, Timeouts, Transport } from '@lakehouse/chat-core';
import type { SizeLimits } from '@lakehouse/provider-utils';
import { z } from 'zod';

/** The plugin's name, which is a key of `providerOptions` too. */
export const pluginName = 'courier';

/** What stands in the config. */
export const optionsSchema = z.strictObject({
  /** Base address of the upstream. */
  url: z.url(),
  /** A `.env` file to look for the key in. */
  key_file: z.string().optional(),
});

export const courierTimeouts: Timeouts = { connectMs: 5_000, firstContentMs: 60_000, idleMs: 30_000 };

/** What `createCourier` takes. */
export interface CourierSettings {
  readonly url: string;
  readonly key: ResolvedKey;
  readonly timeouts?: Timeouts;
  readonly transport?: Transport;
  readonly limits?: Partial<SizeLimits>;
}
