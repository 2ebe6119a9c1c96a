import type { Timeouts, Transport } from '@lakehouse/chat-core';
import { baseUrlSchema, keyOptions } from '@lakehouse/provider-ollama';
import type { KeySettings, SizeLimits } from '@lakehouse/provider-utils';
import { z } from 'zod';

/** The name of this plugin, and its key in `providerOptions` and `providerMetadata`. */
export const pluginName = 'ollama-cloud';

export const defaultUrl = 'https://ollama.com';

export const defaultKeyEnv = 'OLLAMA_API_KEY';

/** Nothing has to be loaded, but requests queue under load. */
export const ollamaCloudTimeouts: Timeouts = { connectMs: 10_000, firstContentMs: 60_000, idleMs: 60_000 };

/** What `createOllamaCloud` takes; `keyEnv` is `OLLAMA_API_KEY` when left out. */
export interface OllamaCloudSettings extends KeySettings {
  /** Base address; default `https://ollama.com`. */
  readonly url?: string;
  /** Default `ollamaCloudTimeouts`. */
  readonly timeouts?: Timeouts;
  /** A host's rules for addresses; without one every address may be reached. */
  readonly transport?: Transport;
  /** The largest answer, line and event that are read; default `defaultLimits` of provider-utils. */
  readonly limits?: Partial<SizeLimits>;
}

/** The options of the config file. */
export const ollamaCloudOptions = z
  .strictObject({ url: baseUrlSchema.exactOptional(), ...keyOptions })
  .transform(
    ({ url, key_env, key_file }): OllamaCloudSettings => ({
      ...(url !== undefined && { url }),
      ...(key_env !== undefined && { keyEnv: key_env }),
      ...(key_file !== undefined && { keyFile: key_file }),
    }),
  );
