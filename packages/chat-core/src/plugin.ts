import type { LookupFunction } from 'node:net';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Provider } from './provider.js';
import type { ResolvedKey } from './secret.js';

/** Time limits in milliseconds; an absent one means none. */
export interface Timeouts {
  /** Until the connection stands. */
  readonly connectMs?: number;
  /** Until the first content of a streamed answer. A local model may have to load first. */
  readonly firstContentMs?: number;
  /** Between two pieces of an answer, heartbeats included. */
  readonly idleMs?: number;
}

/** Sizes above which an upstream's answer is refused rather than held in memory. */
export interface SizeLimits {
  /** Bytes of an answer that is read whole. */
  readonly bodyBytes: number;
  /** Bytes of one line (NDJSON) or one event (SSE): a whole tool call with a large argument is one line. */
  readonly lineBytes: number;
}

/** Which key an instance asks its host for. */
export interface SecretRequest {
  /** Names of environment variables, the first one set wins; default is `<ID>_API_KEY`, the id in upper case. */
  readonly env?: string | readonly string[] | undefined;
  /** A `.env` file that the options name; default is the host's own for this id. */
  readonly file?: string | undefined;
}

/** How a plugin reaches its upstream: by the rules that the operator gave for addresses. */
export interface Transport {
  /** Throws a `ChatError` when no connection may be made to this IP address. */
  checkAddress(address: string): void;
  /**
   * Looks a host name up, and gives only addresses that may be reached: the `lookup` option of a client of one's own.
   * Clients look up names only; an address that stands in a URL needs `checkAddress`.
   */
  readonly lookup: LookupFunction;
  /** A `fetch` for these addresses, redirects included. Throws a `ChatError` for an address or a size that is not allowed. */
  readonly fetch: typeof globalThis.fetch;
}

/** What a host gives to a plugin that it creates a provider with. */
export interface PluginHost {
  /** The instance id that the config gave; use it as `Provider.id`. */
  readonly id: string;
  /** The limits in force for this instance; the provider applies those that only its sockets can see. */
  readonly timeouts: Timeouts;
  /** What the operator allows an upstream to answer at most; a host may have no say in it. */
  readonly limits?: SizeLimits;
  /** Connections by the operator's rules; give it to `createUpstream`, or use its `fetch`. */
  readonly transport: Transport;
  /**
   * Finds the instance's own key; the operator is warned of what is wrong with it. Throws for a name or a file that the
   * config does not give to this instance, with what to write there: let it stop the boot.
   */
  secret(request?: SecretRequest): ResolvedKey;
  /** Tells the operator of something that does not stop the boot. */
  warn(message: string): void;
}

/** The default export of a provider package. */
export interface ProviderPlugin<Options = unknown> {
  readonly specificationVersion: 'v1';
  /** The plugin's own name, which is also a key of `providerOptions`. */
  readonly name: string;
  /** Validates the options of the config; any library with the Standard Schema interface will do. */
  readonly options: StandardSchemaV1<unknown, Options>;
  /** The limits that suit the upstream, where they depend on the options as a function; the operator's go before them. */
  readonly timeouts?: Timeouts | ((options: Options) => Timeouts);
  /** Makes one instance with checked options. It connects to nothing, and throws when the options cannot work. */
  create(options: Options, host: PluginHost): Provider | Promise<Provider>;
}

/** Types a plugin at its definition; it has no effect at run time. */
export const defineProvider = <Options>(plugin: ProviderPlugin<Options>): ProviderPlugin<Options> => plugin;

/**
 * Says what is wrong with the default export of a package that should be a plugin, in a sentence that begins with a
 * verb; undefined when it is right.
 */
export const pluginDefect = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return 'has no default export made with defineProvider';
  const plugin = value as Partial<Record<keyof ProviderPlugin, unknown>>;
  if (plugin.specificationVersion === undefined)
    return 'has a default export that is not made with defineProvider';
  if (plugin.specificationVersion !== 'v1') {
    const version = JSON.stringify(plugin.specificationVersion);
    return `speaks provider specification ${version}, this host knows "v1": install a version of the package for "v1", or of the host for ${version}`;
  }
  if (typeof plugin.name !== 'string' || plugin.name === '') return 'has no "name"';
  if (typeof plugin.create !== 'function') return 'has no "create" function';
  const schema = plugin.options as { '~standard'?: { validate?: unknown } } | null | undefined;
  if (typeof schema?.['~standard']?.validate !== 'function') return 'has no Standard Schema as "options"';
  return undefined;
};
