import { writeFile } from 'node:fs/promises';
import type { WellKnown } from '../well-known.js';
import { type DiscoverOptions, discover, type Finding } from './discover.js';
import { chooseDefault, renderConfig } from './render-config.js';

export interface InitOptions extends Pick<DiscoverOptions, 'timeoutMs' | 'keyFile'> {
  /** The file to write, as the user named it. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly wellKnown: WellKnown;
  /** How the user calls this program; default `chatd`. */
  readonly command?: string;
  write(text: string): void;
}

const summary = (findings: readonly Finding[]): string => {
  const width = Math.max(...findings.map(({ title }) => title.length));
  return findings
    .map(({ found, title, why }) => `  ${found ? 'yes' : 'no '}  ${title.padEnd(width)}  ${why}\n`)
    .join('');
};

const failures: Readonly<Record<string, string>> = {
  EEXIST: 'it is already there, and init never changes a file; name another one or move it away',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder does not exist',
  EISDIR: 'it is a folder; name a file in it',
  EACCES: 'this user may not write there',
  EROFS: 'the disk is read-only',
};

/** Quoted for a shell where it has to be. */
const quote = (argument: string): string =>
  /^[\w./@:+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;

/**
 * Looks for what this machine can use and writes a commented config with it. Gives the exit code: 1 when the file is
 * already there or cannot be written. It never overwrites a file and never writes a key.
 */
export const runInit = async (options: InitOptions): Promise<number> => {
  const { file, wellKnown, command = 'chatd' } = options;
  const write = (text: string): void => options.write(text);
  const findings = await discover(options);
  const fallback = chooseDefault(findings, wellKnown.default_provider);
  try {
    await writeFile(file, renderConfig(findings, fallback), { flag: 'wx' });
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    write(`${file} was not written: ${failures[code] ?? code}\n`);
    return 1;
  }
  write(`Looked for what can be used here:\n${summary(findings)}\n`);
  write(`Wrote ${file}; a model name without a known prefix goes to ${fallback.title}.\n`);
  const { provider, model, example } = wellKnown.help;
  if (!fallback.found) write('No model was found: start a server, or set a key that the file names.\n');
  write(`\nStart it:\n  ${command} --config ${quote(file)}\n`);
  write(`Ask how to go on:\n  ${command} chat ${provider}/${model} ${quote(example)}\n`);
  return 0;
};
