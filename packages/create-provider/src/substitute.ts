import type { Answers } from './answers.js';
import { toNames } from './names.js';

// The templates are a whole package for a service called Acme, so that they are type-checked, linted and tested as
// they are. These are its names; what contains another one goes first.
const keyName = 'ACME_API_KEY';

/** In the URL parser's own form, and without what would end a string of TypeScript or TOML. */
const toUrlText = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replaceAll("'", '%27').replace(/\/+$/, '')}`;
};

/**
 * Puts the names of the new package in place of those of the template. For an upstream without a key the list that holds
 * the key's name becomes empty, and every other line that names it is left out.
 */
export const substitute = (text: string, { packageName, url, keyEnv }: Answers): string => {
  const { id, pascal } = toNames(packageName);
  const keyed =
    keyEnv === undefined
      ? text.replaceAll(`['${keyName}']`, '[]').replaceAll(new RegExp(`^.*${keyName}.*\n`, 'gm'), '')
      : text.replaceAll(keyName, keyEnv);
  return keyed
    .replaceAll('lakehouse-provider-acme', () => packageName)
    .replaceAll('https://acme.example', () => toUrlText(url))
    .replaceAll('Acme', pascal)
    .replaceAll('acme', id);
};
