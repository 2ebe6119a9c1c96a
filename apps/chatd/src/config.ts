import {
  type BindAddress,
  bindAddress,
  byteSize,
  type ConfigDocument,
  ConfigError,
  type ConfigTable,
  checkConfig,
  didYouMean,
  duration,
  isLoopback,
  type KeyPath,
  type Problem,
} from '@lakehouse/config-file';
import { z } from 'zod';
import { wellKnown } from './well-known.js';

const timeouts = z.strictObject({
  connect: duration.optional(),
  first_content: duration.optional(),
  idle: duration.optional(),
});

const providerId = z
  .string()
  .regex(
    /^[^/:\s]+$/,
    'a provider id must not hold "/", ":" or white space: it is the prefix of model names',
  );

const packageName = z.string().min(1, 'expected the name of an npm package, or a path that begins with "./"');

/** What this service reads of a provider's table; everything else in it is the plugin's. */
const providerTable = z.looseObject({ use: packageName, timeouts: timeouts.optional() });

const chatdTable = z.strictObject({
  bind: bindAddress.default({ host: '127.0.0.1', port: 3220 }),
  allow_open: z.boolean().default(false),
  default_provider: z.string().optional(),
  timeout: duration.refine((ms) => ms > 0, 'expected a duration longer than 0').default(180_000),
  drain_timeout: duration.default(30_000),
  log_format: z.enum(['auto', 'json', 'pretty']).default('auto'),
  timeouts: timeouts.default({}),
  limits: z
    .strictObject({
      max_body: byteSize.refine((bytes) => bytes > 0, 'expected a size above 0').default(32 * 1024 * 1024),
    })
    .default({ max_body: 32 * 1024 * 1024 }),
  providers: z.record(providerId, providerTable).default({}),
});

const modelId = z.string().min(1, 'expected a model ID');
const modelTable = z.record(
  z.string().min(1),
  z.union([modelId, z.array(modelId).min(1, 'expected at least one model ID')]),
);

/** Limits as the operator wrote them, in milliseconds. */
interface TimeoutConfig {
  readonly connectMs?: number;
  readonly firstContentMs?: number;
  readonly idleMs?: number;
}

export interface ProviderConfig {
  readonly id: string;
  /** Package name, or a path relative to the config file. */
  readonly use: string;
  readonly timeouts: TimeoutConfig;
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
  readonly defaultProvider: string;
  /** What the operator should know of a config that is valid. */
  readonly warnings: readonly string[];
  /** Total budget of a request in milliseconds. */
  readonly totalMs: number;
  readonly drainMs: number;
  readonly logFormat: 'auto' | 'json' | 'pretty';
  readonly timeouts: TimeoutConfig;
  readonly maxBodyBytes: number;
  readonly models: Readonly<Record<string, string | readonly string[]>>;
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

const toTimeouts = (table: z.output<typeof timeouts>): TimeoutConfig => ({
  ...(table.connect !== undefined && { connectMs: table.connect }),
  ...(table.first_content !== undefined && { firstContentMs: table.first_content }),
  ...(table.idle !== undefined && { idleMs: table.idle }),
});

const toProvider = ([id, table]: [string, z.output<typeof providerTable>]): ProviderConfig => {
  const { use, timeouts: limits = {}, ...options } = table;
  return {
    id,
    use,
    timeouts: toTimeouts(limits),
    options: options as ConfigTable,
    path: ['chatd', 'providers', id],
  };
};

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
  return {
    document,
    ...(options.file !== undefined && { file: options.file }),
    bind,
    defaultProvider,
    warnings: Object.hasOwn(chatd.providers, defaultProvider) ? [] : [missingDefault(defaultProvider)],
    totalMs: chatd.timeout,
    drainMs: chatd.drain_timeout,
    logFormat: chatd.log_format,
    timeouts: toTimeouts(chatd.timeouts),
    maxBodyBytes: chatd.limits.max_body,
    models: models.data,
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
