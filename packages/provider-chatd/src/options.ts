import { ChatError, type Timeouts, type Transport } from '@lakehouse/chat-core';
import type { KeySettings, SizeLimits } from '@lakehouse/provider-utils';
import { z } from 'zod';

/** The name of this plugin, and its key in `providerOptions` and `providerDetails`. */
export const pluginName = 'chatd';

export const defaultUrl = 'http://127.0.0.1:3220';

/**
 * The other chatd has its own limit for the whole of an answer, 180 seconds unless its operator chose another: its error
 * says more than a limit here, and should arrive. A stream that has begun has a heartbeat every 15 seconds.
 */
export const chatdTimeouts: Timeouts = { connectMs: 5_000, firstContentMs: 190_000, idleMs: 60_000 };

/** What `createChatd` takes. A key is only for a proxy in front of the other chatd; that one asks for none. */
export interface ChatdSettings extends KeySettings {
  /** Base address of the other chatd, or of its gateway; default `http://127.0.0.1:3220`. */
  readonly url?: string;
  /** Default `chatdTimeouts`. */
  readonly timeouts?: Timeouts;
  /** A host's rules for addresses; without one every address may be reached. */
  readonly transport?: Transport;
  /** The largest answer, line and event that are read; default `defaultLimits` of provider-utils. */
  readonly limits?: Partial<SizeLimits>;
}

const urlSchema = z
  .url({ protocol: /^https?$/, abort: true, error: `expected an address such as "${defaultUrl}"` })
  .refine((text) => {
    const { username, password, search, hash } = new URL(text);
    return username === '' && password === '' && search === '' && hash === '';
  }, 'expected an address without user name, password, query and fragment')
  .refine(
    (text) => !/\/v1(\/chat)?\/*$/.test(new URL(text).pathname),
    'expected the base address, without "/v1" or "/v1/chat"',
  );

/** The address that a script passed as `url`; throws `invalid-request` when it breaks the rules of the config file. */
export const checkUrl = (provider: string, url: string): string => {
  const { error } = urlSchema.safeParse(url);
  if (!error) return url;
  const message = `${provider}: url: ${error.issues[0]?.message ?? 'expected an address'}`;
  throw new ChatError('invalid-request', message, { provider, path: 'url' });
};

/** The options of the config file. */
export const chatdOptions = z
  .strictObject({
    url: urlSchema.exactOptional(),
    key_env: z.string().min(1, 'expected the name of an environment variable').exactOptional(),
    key_file: z.string().min(1, 'expected the path of a .env file').exactOptional(),
  })
  .refine(({ key_env, key_file }) => key_file === undefined || key_env !== undefined, {
    path: ['key_env'],
    error: 'expected the name of the variable that key_file holds',
  })
  .transform(
    ({ url, key_env, key_file }): ChatdSettings => ({
      ...(url !== undefined && { url }),
      ...(key_env !== undefined && { keyEnv: key_env }),
      ...(key_file !== undefined && { keyFile: key_file }),
    }),
  );
