import { statSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from './problem.js';

/** Which rule found the file: the command line, `LAKEHOUSE_CONFIG`, the working folder, or the machine's own file. */
export type ConfigFileOrigin = 'option' | 'environment' | 'working-folder' | 'system';

/** A file, and why it is this one. */
export interface FoundConfigFile {
  /** Absolute. */
  readonly file: string;
  /** Which rule found it. */
  readonly origin: ConfigFileOrigin;
}

/** Where `findConfigFile` looks. */
export interface FindConfigFileOptions {
  /** The value of `--config`; the file must exist. */
  readonly explicit?: string | undefined;
  /** Where `LAKEHOUSE_CONFIG` is read from, usually `process.env`; a file that it names must exist. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working folder; relative names begin here. */
  readonly cwd: string;
  /** The machine's own file; default `/etc/lakehouse/lakehouse.toml`. */
  readonly systemFile?: string;
}

const absent = new Set(['ENOENT', 'ENOTDIR']);

/**
 * A file that is there but may not be looked at is an error: going on without it would start with other settings than
 * the operator wrote.
 */
const isPresent = (file: string, named: string): boolean => {
  try {
    statSync(file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && absent.has(code)) return false;
    const message = `cannot be looked up (${code ?? 'unknown error'})`;
    throw new ConfigError([{ file: named, path: [], message }], { cause: error });
  }
};

/**
 * The configuration file to read: `--config`, `LAKEHOUSE_CONFIG`, `./lakehouse.toml`,
 * `/etc/lakehouse/lakehouse.toml`, the first one given or present; undefined when there is none. Throws a
 * `ConfigError` when a file that was asked for by name does not exist.
 */
export const findConfigFile = (options: FindConfigFileOptions): FoundConfigFile | undefined => {
  const { explicit, environment, cwd, systemFile = '/etc/lakehouse/lakehouse.toml' } = options;
  const find = (name: string, origin: ConfigFileOrigin, asked?: string): FoundConfigFile | undefined => {
    const file = path.resolve(cwd, name);
    const named = asked === undefined ? file : `${asked} ${file}`;
    if (isPresent(file, named)) return { file, origin };
    if (asked === undefined) return undefined;
    throw new ConfigError([{ file: named, path: [], message: 'there is no such file' }]);
  };
  if (explicit !== undefined) return find(explicit, 'option', '--config');
  const { LAKEHOUSE_CONFIG: fromEnvironment } = environment;
  if (fromEnvironment) return find(fromEnvironment, 'environment', 'LAKEHOUSE_CONFIG');
  return find('lakehouse.toml', 'working-folder') ?? find(systemFile, 'system');
};
