import { type ResolvedKey, resolveKey, type Secret, type SecretRequest } from '@lakehouse/chat-core';
import { type ConfigDocument, ConfigError } from '@lakehouse/config-file';
import type { ProviderConfig } from '../config.js';
import { defaultKeyFile, wellKnown } from '../well-known.js';

/** `shout-2` as variables begin that belong to it: `SHOUT_2_`. */
const prefixOf = (id: string): string => `${id.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '_')}_`;

const holds = (value: unknown, text: string): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).some((item) => holds(item, text))
    : value === text;

const isWellKnown = (use: string, name: string): boolean =>
  Object.values(wellKnown.providers).some((row) => row.use === use && row.key_env?.includes(name) === true);

export interface OwnSecretOptions {
  /** All instances of the config: `lab` may not read what belongs to `lab-2`. */
  readonly ids: readonly string[];
  readonly document: ConfigDocument;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly warn: (message: string) => void;
  /** Told of each key that is given out. */
  readonly onSecret: (secret: Secret) => void;
}

/** What a plugin asks for its key: only what its config gives to it. The result throws a `ConfigError` for another name. */
export const createOwnSecret = (
  config: ProviderConfig,
  { ids, document, environment, warn, onSecret }: OwnSecretOptions,
): ((request?: SecretRequest) => ResolvedKey) => {
  const { id, use, options } = config;
  const prefix = prefixOf(id);
  const longer = ids.map(prefixOf).filter((other) => other !== prefix && other.startsWith(prefix));
  const isOwn = (name: string): boolean =>
    name.startsWith(prefix) && !longer.some((other) => name.startsWith(other));
  const table = `[chatd.providers.${id}]`;
  const refuse = (message: string): ConfigError => new ConfigError([document.problem(config.path, message)]);

  return ({ env = `${prefix}API_KEY`, file = defaultKeyFile(id) } = {}) => {
    const names = [env].flat().map(String); // a copy: what is checked is what is read
    for (const name of names) {
      if (isOwn(name) || holds(options, name) || isWellKnown(use, name)) continue;
      throw refuse(
        `${JSON.stringify(use)} asks for the variable ${name}, which is not its own: names that begin with ${prefix} are, and those in its table; if it may have this one, write key_env = "${name}" into ${table}`,
      );
    }
    if (file !== defaultKeyFile(id) && !holds(options, file)) {
      throw refuse(
        `${JSON.stringify(use)} asks for the key file ${file}, which is not its own; if it may read it, write key_file = "${file}" into ${table}`,
      );
    }
    const { warnings, ...key } = resolveKey({ env: names, file, environment });
    for (const warning of warnings) warn(warning);
    if (key.secret) onSecret(key.secret);
    return { ...key, warnings: [] };
  };
};
