import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { type ConfigSource, type LoadOptions, locateConfig } from './load.js';

/** What a config file was at one moment; a part that could not be had is undefined. */
export interface ConfigSnapshot {
  /** Absolute. */
  readonly file: string;
  /** Changes with every write, and when another file takes the place. */
  readonly fingerprint: string | undefined;
  readonly bytes: Buffer | undefined;
}

/** The time of the last change of its state is in it because a permission that is put right changes nothing else. */
const toFingerprint = ({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string =>
  [mtimeNs, ctimeNs, size, ino].join(':');

const orUndefined = <T>(take: () => T): T | undefined => {
  try {
    return take();
  } catch {
    return undefined; // loading the same file says why
  }
};

/**
 * What `loadConfig` is about to read; undefined in development mode. It is taken before, so that a write in between looks
 * like a change, which is loaded, and is never missed. Throws a `ConfigError` for a named file that is not there.
 */
export const snapshotConfig = (options: LoadOptions): ConfigSnapshot | undefined => {
  const file = locateConfig(options);
  if (file === undefined) return undefined;
  return {
    file,
    fingerprint: orUndefined(() => toFingerprint(statSync(file, { bigint: true }))),
    bytes: orUndefined(() => readFileSync(file)),
  };
};

/** What a snapshot holds, for `loadConfig`; bytes that are no text are left to it, which says so. */
export const toConfigSource = (snapshot: ConfigSnapshot | undefined): ConfigSource => {
  if (!snapshot) return {};
  const { file, bytes } = snapshot;
  const text = bytes && orUndefined(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  return { file, ...(text !== undefined && { text }) };
};

/** The fingerprint now; rejects with the system's error. Does not block: a network file system may hang. */
export const readFingerprint = async (file: string): Promise<string> =>
  toFingerprint(await stat(file, { bigint: true }));

/** Whether the file still holds what it held; false when it cannot be read, unless it could not be read before. */
export const holdsSame = async ({ file, bytes }: ConfigSnapshot): Promise<boolean> => {
  const now = await readFile(file).catch(() => undefined);
  return now === undefined || bytes === undefined ? now === bytes : now.equals(bytes);
};
