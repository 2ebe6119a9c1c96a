import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ProviderPlugin, pluginDefect } from '@lakehouse/chat-core';
import { didYouMean } from '@lakehouse/config-file';
import { resolve } from 'import-meta-resolve';
import { wellKnown } from '../well-known.js';

/** Packages that come with this service: a name that is nearly one of them must not be looked for elsewhere. */
const bundled = [
  ...new Set([...Object.values(wellKnown.providers).map(({ use }) => use), wellKnown.help.use]),
];

/** Why a plugin cannot be used; the message continues the name of the config's key. */
export class PluginError extends Error {
  override readonly name = 'PluginError';
}

const isMissing = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
};

/** Whether a package of this name is in a `node_modules` that the place sees, be it whole or broken. */
const isInstalled = (specifier: string, parent: string): boolean => {
  const [scope = '', name = ''] = specifier.split('/');
  const folder = path.join('node_modules', scope.startsWith('@') ? path.join(scope, name) : scope);
  let place = path.dirname(fileURLToPath(parent));
  while (!existsSync(path.join(place, folder))) {
    const above = path.dirname(place);
    if (above === place) return false;
    place = above;
  }
  return true;
};

const resolveFrom = (specifier: string, parent: string): string | undefined => {
  try {
    const url = resolve(specifier, parent);
    const file = url.startsWith('file:') ? fileURLToPath(url) : undefined;
    const found = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
    if (file !== undefined && !found) throw new PluginError(`there is no module at ${file}`);
    if (found?.isDirectory())
      throw new PluginError(`${JSON.stringify(specifier)} is a folder: name the file in it`);
    return url;
  } catch (error) {
    if (error instanceof PluginError) throw error;
    if (isMissing(error) && !isInstalled(specifier, parent)) return undefined;
    throw new PluginError(`${JSON.stringify(specifier)} cannot be resolved: ${(error as Error).message}`);
  }
};

/** The config file's folder goes first, so that whoever owns the config owns the plugins; then what is bundled. */
const locate = (use: string, configFile: string | undefined): string => {
  const relative = /^\.{0,2}\//.test(use);
  if (relative && configFile === undefined) {
    throw new PluginError(`${JSON.stringify(use)} is a path, which needs a config file to start from`);
  }
  const parents = configFile === undefined ? [] : [pathToFileURL(configFile).href];
  if (!relative) parents.push(import.meta.url);
  for (const parent of parents) {
    const found = resolveFrom(use, parent);
    if (found !== undefined) return found;
  }
  const folder = configFile === undefined ? process.cwd() : path.dirname(configFile);
  const scope = (name: string): string => name.split('/', 1)[0] ?? '';
  const meant = didYouMean(
    use,
    bundled.filter((name) => scope(name) === scope(use)),
  );
  const isFile = statSync(path.resolve(folder, use), { throwIfNoEntry: false })?.isFile();
  const install = isFile
    ? `; for the path of that name write ${JSON.stringify(`./${use}`)}`
    : `: run npm install ${use} there, or npm install with the path of its folder`;
  const remedy = meant === '' ? install : meant;
  throw new PluginError(`the package ${JSON.stringify(use)} is not installed in ${folder}${remedy}`);
};

/** Loads the plugin that a config names. Throws a `PluginError` whose message says what to do. */
export const loadPlugin = async (use: string, configFile: string | undefined): Promise<ProviderPlugin> => {
  const url = locate(use, configFile);
  let module: { readonly default?: unknown };
  try {
    module = (await import(url)) as { readonly default?: unknown };
  } catch (cause) {
    const reason = (cause as Error).message.split('\n', 1)[0] ?? '';
    throw new PluginError(`${JSON.stringify(use)} cannot be loaded: ${reason}`, { cause });
  }
  const defect = pluginDefect(module.default);
  if (defect !== undefined) throw new PluginError(`${JSON.stringify(use)} ${defect}`);
  return module.default as ProviderPlugin;
};
