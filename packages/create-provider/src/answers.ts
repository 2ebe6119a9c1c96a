import validatePackageName from 'validate-npm-package-name';
import { toNames } from './names.js';

/** What the upstream speaks: it decides which template is taken. */
export type Protocol = 'openai-compatible' | 'http';

/** Everything that a new package is made from. */
export interface Answers {
  /** The npm name, with or without a scope. */
  readonly packageName: string;
  readonly protocol: Protocol;
  /** The base address that the provider has unless its config says otherwise. */
  readonly url: string;
  /** The environment variable of the key; undefined for an upstream without one. */
  readonly keyEnv: string | undefined;
}

/** What may be chosen, and how it is asked for. */
export const protocols: Readonly<Record<Protocol, string>> = {
  'openai-compatible': "OpenAI's chat completions: a preset, which is data only",
  http: 'a protocol of its own over HTTP: the whole provider',
};

/** The address that is proposed: of a server on this machine. */
export const defaultUrls: Readonly<Record<Protocol, string>> = {
  'openai-compatible': 'http://localhost:8000/v1',
  http: 'http://localhost:8000',
};

/** Whether a text names a protocol. */
export const isProtocol = (text: string): text is Protocol => Object.hasOwn(protocols, text);

/** Says what is wrong with the name of a package; undefined when it is right. */
export const nameDefect = (name: string): string | undefined => {
  const { validForNewPackages, errors = [], warnings = [] } = validatePackageName(name);
  if (!validForNewPackages) return [...errors, ...warnings].join(', ');
  return /^[a-z]/.test(toNames(name).id) ? undefined : 'name must begin with a letter, behind its scope';
};

/** Says what is wrong with a base address; undefined when it is right. */
export const urlDefect = (text: string): string | undefined => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return `expected an address such as ${defaultUrls.http}`;
  if (url.username !== '' || url.password !== '') return 'expected no user and no password in the address';
  return url.search === '' && url.hash === '' ? undefined : 'expected an address without query and fragment';
};

/** Says what is wrong with the name of an environment variable; undefined when it is right. */
export const keyEnvDefect = (name: string): string | undefined =>
  /^[A-Z][A-Z0-9_]*$/.test(name) ? undefined : 'expected a name such as SHOUT_API_KEY';
