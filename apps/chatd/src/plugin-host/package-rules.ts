import { pathToFileURL } from 'node:url';
import { PluginError } from './load-plugin.js';

/** A path or a URL as the module loader reads it, so that no other spelling of it gets past a pattern. */
const normalize = (name: string, configFile: string | undefined): string =>
  /^\.{0,2}\//.test(name) || URL.canParse(name) ? new URL(name, pathToFileURL(configFile ?? '/')).href : name;

/** `*` stands for anything but a slash. */
const toExpression = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`);

/** The module loader takes `@scope/..` for the name of a package, and leaves the folder of the scope. */
const climbs = (name: string): boolean => !URL.canParse(name) && /(^|\/)\.{1,2}(\/|$)/.test(name);

/** Throws a `PluginError` for a package that is not in the operator's list; without a list every package is. */
export const checkPackage = (
  use: string,
  packages: readonly string[] | undefined,
  configFile: string | undefined,
): void => {
  if (!packages) return;
  const name = normalize(use, configFile);
  if (!climbs(name) && packages.some((pattern) => toExpression(normalize(pattern, configFile)).test(name)))
    return;
  const entry = JSON.stringify(use);
  throw new PluginError(
    `${entry} is not in the list "packages" of [chatd.plugins]; add ${entry} there if it may be loaded`,
  );
};
