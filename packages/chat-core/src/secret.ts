import { readFileSync, statSync } from 'node:fs';
import { inspect, parseEnv } from 'node:util';
import type { CredentialStatus } from './provider.js';

/** Holds a key so that it cannot be printed by accident. Only a request builder calls `reveal`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The key itself. */
  reveal(): string {
    return this.#value;
  }

  /** `[redacted]`. */
  toString(): string {
    return '[redacted]';
  }

  /** `[redacted]`. */
  toJSON(): string {
    return '[redacted]';
  }

  /** `[redacted]`. */
  [inspect.custom](): string {
    return '[redacted]';
  }
}

/** Where `resolveKey` looks for a key. */
export interface ResolveKeyOptions {
  /** Names of environment variables, the first one set wins; the `.env` file may hold any of them. */
  readonly env: string | readonly string[];
  /** A `.env` file to look into when no variable is set. */
  readonly file?: string | undefined;
  /** Where variables are read from; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What `resolveKey` found. */
export interface ResolvedKey {
  /** Absent when there is no key. */
  readonly secret?: Secret;
  /** Whether there is a key and where it came from, for `Provider.credential`. */
  readonly status: CredentialStatus;
  /** What the operator should mend, for example a file that everybody can read. */
  readonly warnings: readonly string[];
}

const readableByOthers = 0o004;

interface KeyFile {
  readonly values: NodeJS.Dict<string>;
  readonly warnings: readonly string[];
  /** Why no key came out of it, for the hint. */
  readonly problem?: string;
}

const readKeyFile = (file: string, names: readonly string[]): KeyFile => {
  try {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, ''); // some Windows editors begin a file with it
    const values = parseEnv(text);
    const worldReadable = process.platform !== 'win32' && (statSync(file).mode & readableByOthers) !== 0;
    return {
      values,
      problem: `${file} holds no ${names.join(' and no ')}`,
      warnings: worldReadable ? [`${file} can be read by every user: run chmod o-r ${file}`] : [],
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { values: {}, warnings: [] };
    const problem = `the key file ${file} cannot be read (${code ?? 'unknown error'})`;
    return { values: {}, problem, warnings: [problem] };
  }
};

/**
 * Finds a key: the environment variable, then the same name in a `.env` file. It never throws; a file that is there
 * but cannot be read is a warning, and the hint says so.
 */
export const resolveKey = (options: ResolveKeyOptions): ResolvedKey => {
  const names = typeof options.env === 'string' ? [options.env] : options.env;
  const environment = options.environment ?? process.env;
  const place = options.file === undefined ? '' : ` or put it in ${options.file}`;
  const hint = `set ${names.join(' or ')}${place}`;
  for (const name of names) {
    const value = environment[name]?.trim();
    if (!value) continue;
    return {
      secret: new Secret(value),
      status: { present: true, source: `environment variable ${name}`, hint },
      warnings: [],
    };
  }
  if (options.file === undefined) return { status: { present: false, hint }, warnings: [] };
  const { values, warnings, problem } = readKeyFile(options.file, names);
  for (const name of names) {
    const value = values[name]?.trim();
    if (!value) continue;
    return {
      secret: new Secret(value),
      status: { present: true, source: `${name} in ${options.file}`, hint },
      warnings,
    };
  }
  return {
    status: { present: false, hint: problem === undefined ? hint : `${hint} (${problem})` },
    warnings,
  };
};
