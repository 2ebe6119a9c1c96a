import { type ConfigDocument, type ConfigTable, parseConfig } from '@lakehouse/config-file';
import { type WellKnownProvider, wellKnown } from './well-known.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A listening address that programs share with their clients (`0.0.0.0:11434`, `:11434`, `box`) as a URL that can be
 * called; what it leaves out comes from `fallback`. Throws an `Error` when it is no address.
 */
export const toClientUrl = (address: string, fallback: string): string => {
  const [, scheme = 'http://', rest = ''] = /^(https?:\/\/)?(.*)$/.exec(address.trim()) ?? [];
  const place = rest.startsWith(':') ? `localhost${rest}` : rest;
  if (!URL.canParse(`${scheme}${place}`)) throw new Error(`${JSON.stringify(address)} is not an address`);
  const url = new URL(`${scheme}${place}`);
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = 'localhost';
  if (scheme === 'http://' && !/:\d+(\/|$)/.test(place)) url.port = new URL(fallback).port;
  return url.href.replace(/\/$/, '');
};

const isWanted = (provider: WellKnownProvider, environment: Environment): boolean =>
  provider.development === 'always' ||
  (provider.development === 'with-key' &&
    (provider.key_env ?? []).some((name) => Boolean(environment[name]?.trim())));

const namedUrl = (variable: string, address: string, fallback: string): string => {
  try {
    return toClientUrl(address, fallback);
  } catch (error) {
    throw new Error(`${variable}: ${(error as Error).message}`);
  }
};

const toTable = (provider: WellKnownProvider, environment: Environment): ConfigTable => {
  const address = provider.url_env === undefined ? undefined : environment[provider.url_env];
  return {
    use: provider.use,
    ...(provider.preset !== undefined && { preset: provider.preset }),
    ...(address?.trim() &&
      provider.url !== undefined && { url: namedUrl(provider.url_env ?? '', address, provider.url) }),
  };
};

/** The config of development mode, when there is no file: what runs here, and what has its key in the environment. */
export const developmentConfig = (environment: Environment): ConfigDocument => {
  const providers = Object.entries(wellKnown.providers)
    .filter(([, provider]) => isWanted(provider, environment))
    .map(([id, provider]): [string, ConfigTable] => [id, toTable(provider, environment)]);
  const document = parseConfig('', 'development mode');
  return { ...document, value: { chatd: { providers: Object.fromEntries(providers) } } };
};
