import type { Answers } from './answers.js';
import { toNames } from './names.js';

// The templates are a whole package for a service called Acme, so that they are type-checked, linted and tested as
// they are. These are its names; a longer one goes before what it contains.
const keyName = 'ACME_API_KEY';
const templateNames = /lakehouse-provider-acme|https:\/\/acme\.example|ACME_API_KEY|Acme|acme/g;

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
  const names: Readonly<Record<string, string>> = {
    'lakehouse-provider-acme': packageName,
    'https://acme.example': toUrlText(url),
    Acme: pascal,
    acme: id,
    ...(keyEnv !== undefined && { [keyName]: keyEnv }),
  };
  const keyless = (): string =>
    text.replaceAll(`['${keyName}']`, '[]').replaceAll(new RegExp(`^.*${keyName}.*\n`, 'gm'), '');
  // In one pass: the new names may contain the old ones.
  return (keyEnv === undefined ? keyless() : text).replaceAll(templateNames, (name) => names[name] ?? name);
};
