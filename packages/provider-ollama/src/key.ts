import { ChatError, type ResolvedKey, resolveKey, Secret } from '@lakehouse/chat-core';

/** Where a provider's key comes from. */
export interface KeySettings {
  /** The key itself, for scripts. */
  readonly key?: string;
  /** What a host found with its `secret`; nothing else is looked at then. */
  readonly resolvedKey?: ResolvedKey;
  /** The environment variable that holds the key. */
  readonly keyEnv?: string;
  /** A `.env` file to look into when the variable is not set. */
  readonly keyFile?: string;
  /** Where variables are read from; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Told of a key file that everybody can read, and the like. */
  readonly warn?: (message: string) => void;
}

/** The key that the settings lead to; undefined when they ask for none. */
export const findKey = (settings: KeySettings): ResolvedKey | undefined => {
  const { key, resolvedKey, keyEnv, keyFile, environment, warn } = settings;
  if (resolvedKey !== undefined) return resolvedKey;
  if (key !== undefined) {
    const value = key.trim();
    const hint = 'pass a `key` that is not empty';
    if (value === '') return { status: { present: false, hint }, warnings: [] };
    const status = { present: true, source: 'the settings', hint };
    return { secret: new Secret(value), status, warnings: [] };
  }
  if (keyEnv === undefined) return undefined;
  const found = resolveKey({ env: keyEnv, file: keyFile, environment });
  for (const warning of found.warnings) warn?.(warning);
  return found;
};

/** Throws `provider-unavailable` when a key is needed and missing, before anything is sent. */
export const requireKey = (provider: string, key: ResolvedKey | undefined): void => {
  if (!key || key.secret) return;
  throw new ChatError('provider-unavailable', `${provider} is not configured: ${key.status.hint}`, {
    provider,
  });
};
