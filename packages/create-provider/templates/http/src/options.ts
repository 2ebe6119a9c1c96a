import type { Timeouts, Transport } from '@lakehouse/chat-core';
import type { KeySettings, SizeLimits } from '@lakehouse/provider-utils';
import { z } from 'zod';

/** The plugin's own name, which is also a key of `providerOptions`. */
export const pluginName = 'acme';

/** The variables that may hold the key, the first one set wins. An empty list: the service needs no key. */
export const keyNames: readonly string[] = ['ACME_API_KEY'];

/** Where the service is, unless the config says otherwise. */
export const defaultUrl = 'https://acme.example';

/** Edit: a server that loads its model first needs minutes until the first content. */
export const defaultTimeouts: Timeouts = { connectMs: 5_000, firstContentMs: 120_000, idleMs: 60_000 };

const address = 'expected an address such as "http://localhost:8000"';
const text = (what: string) => z.string().min(1, `expected ${what}`).exactOptional();

/** Edit: the options in the config file. It is strict, so that a misspelt one stops the start with its name. */
export const options = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: address }).exactOptional(),
  key_env: text('the name of an environment variable'),
  key_file: text('the path of a .env file'),
});

/** The checked options of one instance. */
export type Options = z.output<typeof options>;

/** What the provider is made from: by a host from the config, or by a script. `keyEnv` is `keyNames` when left out. */
export interface Settings extends KeySettings {
  /** Base address of the service. */
  readonly url?: string;
  /** Default `defaultTimeouts`. */
  readonly timeouts?: Timeouts;
  /** A host's rules for addresses; without one every address may be reached. */
  readonly transport?: Transport;
  /** Sizes above which an answer is refused. */
  readonly limits?: Partial<SizeLimits>;
}
