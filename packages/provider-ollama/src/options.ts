import { ChatError, type Timeouts, type Transport } from '@lakehouse/chat-core';
import type { KeySettings, SizeLimits } from '@lakehouse/provider-utils';
import { z } from 'zod';

/** The name of this plugin, and its key in `providerOptions`. */
export const pluginName = 'ollama';

export const defaultUrl = 'http://localhost:11434';

/**
 * The first request for a model loads it, and no byte is sent until the prompt is evaluated; the server itself gives
 * up after 5 minutes.
 */
export const ollamaTimeouts: Timeouts = { connectMs: 5_000, firstContentMs: 300_000, idleMs: 120_000 };

/** What `createOllama` takes. A key is only for a server behind a proxy that asks for one; Ollama itself does not. */
export interface OllamaSettings extends KeySettings {
  /** Base address of the server; default `http://localhost:11434`. */
  readonly url?: string;
  /** How long the server keeps a model loaded: seconds, or a duration such as `"30m"`; negative is for ever. */
  readonly keepAlive?: number | string;
  /** Default `ollamaTimeouts`. */
  readonly timeouts?: Timeouts;
  /** A host's rules for addresses; without one every address may be reached. */
  readonly transport?: Transport;
  /** The largest answer, line and event that are read; default `defaultLimits` of provider-utils. */
  readonly limits?: Partial<SizeLimits>;
}

/** An `http:` or `https:` base address without credentials, query and API path. */
export const baseUrlSchema = z
  .url({ protocol: /^https?$/, abort: true, error: `expected an address such as "${defaultUrl}"` })
  .refine((text) => {
    const { username, password, search, hash } = new URL(text);
    return username === '' && password === '' && search === '' && hash === '';
  }, 'expected an address without user name, password, query and fragment')
  .refine(
    (text) => !/\/(api|v1)\/*$/.test(new URL(text).pathname),
    'expected the base address, without "/api" or "/v1"',
  );

/** The address that a script passed as `url`; throws `invalid-request` when it breaks the rules of the config file. */
export const checkBaseUrl = (provider: string, url: string): string => {
  const { error } = baseUrlSchema.safeParse(url);
  if (!error) return url;
  const message = `${provider}: url: ${error.issues[0]?.message ?? 'expected an address'}`;
  throw new ChatError('invalid-request', message, { provider, path: 'url' });
};

const keepAliveRule = 'expected seconds, or a duration such as "30m"';
const keepAliveSchema = z.union(
  [z.number(), z.string().regex(/^-?(\d+(\.\d+)?(ms|s|m|h))+$/, keepAliveRule)],
  keepAliveRule,
);

/** How the config file says where a key is. */
export const keyOptions = {
  key_env: z.string().min(1, 'expected the name of an environment variable').exactOptional(),
  key_file: z.string().min(1, 'expected the path of a .env file').exactOptional(),
};

/** The options of the config file. */
export const ollamaOptions = z
  .strictObject({
    url: baseUrlSchema.exactOptional(),
    keep_alive: keepAliveSchema.exactOptional(),
    ...keyOptions,
  })
  .refine(({ key_env, key_file }) => key_file === undefined || key_env !== undefined, {
    path: ['key_env'],
    error: 'expected the name of the variable that key_file holds',
  })
  .transform(
    ({ url, keep_alive, key_env, key_file }): OllamaSettings => ({
      ...(url !== undefined && { url }),
      ...(keep_alive !== undefined && { keepAlive: keep_alive }),
      ...(key_env !== undefined && { keyEnv: key_env }),
      ...(key_file !== undefined && { keyFile: key_file }),
    }),
  );
