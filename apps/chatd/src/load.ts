import { findConfigFile, parseConfig, readConfigFile } from '@lakehouse/config-file';
import { type ChatdConfig, parseBindOption, readChatdConfig } from './config.js';
import { developmentConfig } from './development.js';

export interface LoadOptions {
  /** `--config`. */
  readonly config?: string | undefined;
  /** `--bind`. */
  readonly bind?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** The config file to read; undefined in development mode. Throws a `ConfigError` for a named file that is not there. */
export const locateConfig = ({
  config,
  environment,
  cwd,
}: Pick<LoadOptions, 'config' | 'environment' | 'cwd'>): string | undefined =>
  findConfigFile({ explicit: config, environment, cwd })?.file;

/** A config file as it was read once, so that several processes make the same of it. */
export interface ConfigSource {
  /** Absolute; absent in development mode. */
  readonly file?: string;
  /** Absent when it could not be read. */
  readonly text?: string;
}

/**
 * Finds and reads the config, unless it has been read already; development mode when there is none. Throws a
 * `ConfigError`, or an `Error` for `bind`.
 */
export const loadConfig = (options: LoadOptions, source?: ConfigSource): ChatdConfig => {
  const { bind, environment } = options;
  const address = parseBindOption(bind, '--bind') ?? parseBindOption(environment.CHATD_BIND, 'CHATD_BIND');
  const file = source ? source.file : locateConfig(options);
  if (file === undefined) return readChatdConfig(developmentConfig(environment), { bind: address });
  const document = source?.text === undefined ? readConfigFile(file) : parseConfig(source.text, file);
  return readChatdConfig(document, { file, bind: address });
};
