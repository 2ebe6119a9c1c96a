import { findConfigFile, readConfigFile } from '@lakehouse/config-file';
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

/** Finds and reads the config; development mode when there is none. Throws a `ConfigError`, or an `Error` for `bind`. */
export const loadConfig = ({ config, bind, environment, cwd }: LoadOptions): ChatdConfig => {
  const address = parseBindOption(bind, '--bind') ?? parseBindOption(environment.CHATD_BIND, 'CHATD_BIND');
  const found = findConfigFile({ explicit: config, environment, cwd });
  if (!found) return readChatdConfig(developmentConfig(environment), { bind: address });
  return readChatdConfig(readConfigFile(found.file), { file: found.file, bind: address });
};
