import type { SizeLimits, TierTable } from '@lakehouse/chat-core';
import {
  type BindAddress,
  bindAddress,
  type ConfigDocument,
  ConfigError,
  type ConfigTable,
  checkConfig,
  didYouMean,
  isLoopback,
  type KeyPath,
  type Problem,
} from '@lakehouse/config-file';
import {
  chatdTable,
  modelTable,
  type PluginTable,
  type ProviderTable,
  type TierEntry,
} from './config-schema.js';
import {
  type BreakerConfig,
  defaultBreaker,
  defaultRetry,
  type LimitConfig,
  type RetryConfig,
  type TierConfig,
  type TimeoutConfig,
  toBreaker,
  toRetry,
  toTierConfig,
  toTimeouts,
} from './policy-config.js';
import { wellKnown } from './well-known.js';

export interface ProviderConfig {
  readonly id: string;
  /** Package name, or a path relative to the config file. */
  readonly use: string;
  readonly timeouts: TimeoutConfig;
  readonly retry: Partial<RetryConfig>;
  readonly breaker: Partial<BreakerConfig>;
  /** Calls at a time; absent means no limit. */
  readonly concurrency?: number;
  /** The only ones that it may reach; absent, those of all plugins. */
  readonly addresses?: readonly string[];
  /** The rest of the table, for the plugin's own schema. */
  readonly options: ConfigTable;
  /** Where the table stands, for messages. */
  readonly path: KeyPath;
}

export interface ChatdConfig {
  readonly document: ConfigDocument;
  /** Absolute path; absent in development mode. */
  readonly file?: string;
  readonly bind: BindAddress;
  /** Whether any host name will do: what other machines reach has names that nobody here knows. */
  readonly anyHost: boolean;
  readonly allowedHosts: readonly string[];
  readonly defaultProvider: string;
  /** Processes that serve; 1 means this one alone. */
  readonly workers: number;
  /** What the operator should know of a config that is valid. */
  readonly warnings: readonly string[];
  /** Total budget of a request in milliseconds. */
  readonly totalMs: number;
  readonly drainMs: number;
  /** Whether every request is taken for a strict one that does not say otherwise in a header. */
  readonly strict: boolean;
  readonly logFormat: 'auto' | 'json' | 'pretty';
  readonly timeouts: TimeoutConfig;
  readonly retry: RetryConfig;
  readonly breaker: BreakerConfig;
  readonly limits: LimitConfig;
  /** Of a request. */
  readonly maxBodyBytes: number;
  /** What an upstream may answer. */
  readonly answerLimits: SizeLimits;
  readonly models: TierTable;
  /** What is special about a tier, by its name. */
  readonly tiers: ReadonlyMap<string, TierConfig>;
  /** What may be loaded, and what it may reach. */
  readonly plugins: PluginTable;
  readonly providers: readonly ProviderConfig[];
}

/** Tables that this file is known to have; any other belongs to another part of the lakehouse. */
const knownTables = ['models', 'gateway', 'chatd'];

const misspeltTables = (document: ConfigDocument): readonly Problem[] =>
  Object.entries(document.value)
    .filter(([name]) => !knownTables.includes(name))
    .flatMap(([name, value]) => {
      const meant = didYouMean(name, knownTables);
      if (meant === '' && typeof value === 'object') return [];
      return [
        document.problem([name], `unknown ${typeof value === 'object' ? 'table' : 'key'}${meant}`, 'key'),
      ];
    });

const toProvider = ([id, table]: [string, ProviderTable]): ProviderConfig => {
  const { use, timeouts, retry, breaker, concurrency, addresses, ...options } = table;
  return {
    id,
    use,
    timeouts: toTimeouts(timeouts),
    retry: toRetry(retry),
    breaker: toBreaker(breaker),
    ...(concurrency !== undefined && { concurrency }),
    ...(addresses && { addresses }),
    options: options as ConfigTable,
    path: ['chatd', 'providers', id],
  };
};

const toTiers = (models: Readonly<Record<string, TierEntry>>): ReadonlyMap<string, TierConfig> =>
  new Map(
    Object.entries(models).flatMap(([name, entry]) => {
      const tier = toTierConfig(entry);
      return tier ? [[name, tier]] : [];
    }),
  );

export interface ReadConfigOptions {
  readonly file?: string;
  /** Goes before the file's own address. */
  readonly bind?: BindOption | undefined;
}

/** An address from outside of the file, and what to call its source. */
export interface BindOption {
  readonly address: BindAddress;
  readonly source: string;
}

const openAddress = ({ host }: BindAddress): string =>
  `${host} can be reached from other machines, and every caller could use your keys; set allow_open = true under [chatd] if that is what you want`;

const missingDefault = (id: string): string =>
  `no provider has the id ${JSON.stringify(id)}, so that a model name without a prefix leads nowhere; name one as default_provider under [chatd]`;

const noProvider = `no provider is configured: each one is a table such as [chatd.providers.${wellKnown.default_provider}]`;

const warningsOf = (ids: readonly string[], defaultProvider: string): readonly string[] => {
  if (ids.length === 0) return [noProvider];
  return ids.includes(defaultProvider) ? [] : [missingDefault(defaultProvider)];
};

/** The typed content of a config. Throws a `ConfigError` with one line per problem. */
export const readChatdConfig = (document: ConfigDocument, options: ReadConfigOptions = {}): ChatdConfig => {
  const problems = [...misspeltTables(document)];
  const models = checkConfig(document, modelTable, { at: ['models'], value: document.value.models ?? {} });
  if (!models.success) problems.push(...models.problems);
  const table = checkConfig(document, chatdTable, { at: ['chatd'], value: document.value.chatd ?? {} });
  if (!table.success) throw new ConfigError([...problems, ...table.problems]);
  const chatd = table.data;
  const providers = Object.entries(chatd.providers).map(toProvider);
  if (chatd.default_provider !== undefined && !Object.hasOwn(chatd.providers, chatd.default_provider)) {
    const meant = didYouMean(chatd.default_provider, Object.keys(chatd.providers));
    const message = `no provider has the id ${JSON.stringify(chatd.default_provider)}${meant}`;
    problems.push(document.problem(['chatd', 'default_provider'], message));
  }
  const bind = options.bind?.address ?? chatd.bind;
  if (!isLoopback(bind.host) && !chatd.allow_open) {
    const message = openAddress(bind);
    const place = options.bind && { file: options.bind.source, path: [], message };
    problems.push(place ?? document.problem(['chatd', 'bind'], message));
  }
  const defaultProvider = chatd.default_provider ?? wellKnown.default_provider;
  if (problems.length > 0 || !models.success) throw new ConfigError(problems);
  const { max_concurrent: maxConcurrent } = chatd.limits;
  return {
    document,
    ...(options.file !== undefined && { file: options.file }),
    bind,
    anyHost: !isLoopback(bind.host),
    allowedHosts: chatd.allowed_hosts,
    defaultProvider,
    workers: chatd.workers,
    warnings: warningsOf(Object.keys(chatd.providers), defaultProvider),
    totalMs: chatd.timeout,
    drainMs: chatd.drain_timeout,
    strict: chatd.strict,
    logFormat: chatd.log_format,
    timeouts: toTimeouts(chatd.timeouts),
    retry: { ...defaultRetry, ...toRetry(chatd.retry) },
    breaker: { ...defaultBreaker, ...toBreaker(chatd.breaker) },
    limits: {
      ...(maxConcurrent !== undefined && { maxConcurrent }),
      maxQueue: chatd.limits.max_queue,
      queueTimeoutMs: chatd.limits.queue_timeout,
    },
    maxBodyBytes: chatd.limits.max_body,
    answerLimits: { bodyBytes: chatd.limits.max_answer, lineBytes: chatd.limits.max_line },
    models: models.data,
    tiers: toTiers(models.data),
    plugins: chatd.plugins,
    providers,
  };
};

/** For `--bind` and `CHATD_BIND`: throws an `Error` that names the source. */
export const parseBindOption = (text: string | undefined, source: string): BindOption | undefined => {
  if (text === undefined || text === '') return undefined;
  const result = bindAddress.safeParse(text);
  if (!result.success) throw new Error(`${source}: ${result.error.issues[0]?.message ?? 'not an address'}`);
  return { address: result.data, source };
};
