import { ChatError, type CredentialStatus, type ResolvedKey, resolveKey, Secret } from '@lakehouse/chat-core';

/** Where a provider's key comes from: a host gives `key`, a script what it has. */
export interface KeySettings {
  /** The key itself, or what a host's `secret` or `resolveKey` found; nothing else is looked at then. */
  readonly key?: string | ResolvedKey | undefined;
  /** The environment variable that holds the key; of several the first one set. An empty list: no key is needed. */
  readonly keyEnv?: string | readonly string[];
  /** A `.env` file to look into when no variable is set. */
  readonly keyFile?: string;
  /** Where variables are read from; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Told of a key file that everybody can read, and the like. */
  readonly warn?: (message: string) => void;
}

const fromText = (text: string): ResolvedKey => {
  const value = text.trim();
  const hint = 'pass a "key" that is not empty';
  if (value === '') return { status: { present: false, hint }, warnings: [] };
  return {
    secret: new Secret(value),
    status: { present: true, source: 'the settings', hint },
    warnings: [],
  };
};

/** The key that the settings lead to; undefined when they ask for none. */
export const findKey = (settings: KeySettings): ResolvedKey | undefined => {
  const { key, keyEnv = [], keyFile: file, environment, warn } = settings;
  if (key !== undefined) return typeof key === 'string' ? fromText(key) : key;
  const env = typeof keyEnv === 'string' ? [keyEnv] : keyEnv;
  if (env.length === 0) return undefined;
  const found = resolveKey({ env, file, environment });
  for (const warning of found.warnings) warn?.(warning);
  return found;
};

/** Throws `provider-unavailable` when a key is needed and missing, so that nothing is sent. */
export const requireKey = (provider: string, credential: CredentialStatus | undefined): void => {
  if (!credential || credential.present) return;
  throw new ChatError('provider-unavailable', `${provider} is not configured: ${credential.hint}`, {
    provider,
  });
};
