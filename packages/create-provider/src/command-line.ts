import { parseArgs } from 'node:util';
import { isProtocol, keyEnvDefect, nameDefect, type Protocol, protocols, urlDefect } from './answers.js';

/** What the command line says; what it leaves out is asked for. */
export interface CommandLine {
  readonly packageName?: string;
  readonly protocol?: Protocol;
  readonly url?: string;
  /** Empty when there is no key. */
  readonly keyEnv?: string;
  /** Take the defaults of what is left out, and ask nothing. */
  readonly yes: boolean;
  readonly show?: 'help' | 'version';
}

/** A mistake of whoever calls the program; its message names the flag. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What `--help` prints. */
export const usage = `Usage: npm create @lakehouse/provider NAME [-- FLAGS]

Makes a folder with a provider package for Lakehouse Chat: sources, tests, README, CI.
What the flags leave out is asked for.

  NAME                the package's name on npm, for example lakehouse-provider-shout
  --protocol WHICH    ${Object.keys(protocols).join(' or ')}
  --url ADDRESS       the upstream's base address
  --key-env VARIABLE  the environment variable that holds its key
  --no-key            the upstream needs no key
  --yes               asks nothing: defaults for the address and the key's variable
  --help, --version   prints this, or the version
`;

const required = (place: string, text: string, defectOf: (text: string) => string | undefined): string => {
  const defect = defectOf(text);
  if (defect !== undefined) throw new UsageError(`${place}: ${JSON.stringify(text)}: ${defect}`);
  return text;
};

const protocolDefect = (text: string): string | undefined =>
  isProtocol(text) ? undefined : `expected ${Object.keys(protocols).join(' or ')}`;

const parse = (parameters: readonly string[]) =>
  parseArgs({
    args: [...parameters],
    allowPositionals: true,
    options: {
      protocol: { type: 'string' },
      url: { type: 'string' },
      'key-env': { type: 'string' },
      'no-key': { type: 'boolean', default: false },
      yes: { type: 'boolean', short: 'y', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', short: 'v', default: false },
    },
  });

const parseOrRefuse = (parameters: readonly string[]): ReturnType<typeof parse> => {
  try {
    return parse(parameters);
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
};

/** Reads and checks the parameters of the program. Throws a `UsageError`. */
export const readCommandLine = (parameters: readonly string[]): CommandLine => {
  const { values, positionals } = parseOrRefuse(parameters);
  const { yes, protocol, url, 'key-env': keyEnv, 'no-key': noKey } = values;
  if (values.help) return { yes, show: 'help' };
  if (values.version) return { yes, show: 'version' };
  const [packageName, extra] = positionals;
  if (extra !== undefined) throw new UsageError(`expected one NAME, not ${JSON.stringify(extra)} besides`);
  if (noKey && keyEnv !== undefined) throw new UsageError('--key-env and --no-key exclude each other');
  if (protocol !== undefined) required('--protocol', protocol, protocolDefect);
  return {
    yes,
    ...(packageName !== undefined && { packageName: required('NAME', packageName, nameDefect) }),
    ...(protocol !== undefined && isProtocol(protocol) && { protocol }),
    ...(url !== undefined && { url: required('--url', url, urlDefect) }),
    ...(keyEnv !== undefined && { keyEnv: required('--key-env', keyEnv, keyEnvDefect) }),
    ...(noKey && { keyEnv: '' }),
  };
};
