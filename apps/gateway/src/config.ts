import {
  type BindAddress,
  bindAddress,
  type ConfigDocument,
  ConfigError,
  didYouMean,
  duration,
  findConfigFile,
  isLoopback,
  parseConfig,
  readConfigFile,
  suggest,
  validateConfig,
} from '@lakehouse/config-file';
import { z } from 'zod';

/** The gateway's settings; durations are in milliseconds. */
export interface GatewayConfig {
  readonly bind: BindAddress;
  /** Whether any host name will do: what other machines reach has names that nobody here knows. */
  readonly anyHost: boolean;
  /** Names, beside IP addresses and localhost, under which callers may reach it. */
  readonly allowedHosts: readonly string[];
  readonly chatdUrl: URL;
  /** The longest wait for a connection to chatd. */
  readonly connectTimeout: number;
  /** The longest silence of chatd, before the first byte and between two. */
  readonly idleTimeout: number;
  /** How long streams may go on after a signal to stop. */
  readonly drainTimeout: number;
}

const expectedUrl = 'expected an http or https URL without a user, a query or a fragment';

const chatdUrl = z.string().transform((text, context): URL => {
  const url = URL.parse(text);
  const isPlain = url && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (isPlain && /^https?:$/.test(url.protocol)) return url;
  context.addIssue(expectedUrl);
  return z.NEVER;
});

const timeout = duration.refine((milliseconds) => milliseconds > 0, 'expected a duration longer than 0');

const schema = z.looseObject({
  gateway: z
    .strictObject({
      bind: bindAddress.default({ host: '127.0.0.1', port: 3110 }),
      allow_open: z.boolean().default(false),
      allowed_hosts: z.array(z.string().min(1, 'expected a host name')).default([]),
      chatd_url: chatdUrl.prefault('http://127.0.0.1:3220'),
      connect_timeout: timeout.default(5_000),
      idle_timeout: timeout.default(600_000),
      drain_timeout: duration.default(30_000),
    })
    .prefault({}),
});

/** The file belongs to other programs too, so that only a near miss of this program's table can be told. */
const refuseMisspeltTable = (document: ConfigDocument): void => {
  const known = ['gateway', 'chatd', 'models'];
  const misspelt = Object.keys(document.value).filter(
    (name) => !known.includes(name) && suggest(name, known) === 'gateway',
  );
  if (misspelt.length === 0) return;
  throw new ConfigError(
    misspelt.map((name) => document.problem([name], `unknown table${didYouMean(name, known)}`, 'key')),
  );
};

/** Where settings come from. */
export interface ConfigSources {
  /** The value of `--config`. */
  readonly configFile?: string | undefined;
  /** The value of `--bind`. */
  readonly bind?: string | undefined;
  /** `LAKEHOUSE_CONFIG` and `GATEWAY_BIND` are read from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

const parseOverride = (name: string, text: string): BindAddress => {
  const result = bindAddress.safeParse(text);
  if (result.success) return result.data;
  const message = result.error.issues[0]?.message ?? 'not an address';
  throw new ConfigError([{ file: name, path: [], message }]);
};

const findOverride = ({ bind, environment }: ConfigSources): BindAddress | undefined => {
  if (bind !== undefined) return parseOverride('--bind', bind);
  const { GATEWAY_BIND: fromEnvironment } = environment;
  return fromEnvironment ? parseOverride('GATEWAY_BIND', fromEnvironment) : undefined;
};

/** chatd takes the gateway for a caller on its own machine, so that whoever reaches the gateway uses chatd's keys. */
const refuseOpenAddress = (document: ConfigDocument, { host }: BindAddress): void => {
  if (isLoopback(host)) return;
  const message = `${host} can be reached from other machines, and every caller could use the keys of chatd; set allow_open = true under [gateway] if that is what you want`;
  throw new ConfigError([document.problem(['gateway', 'bind'], message)]);
};

/** The settings, and the file that they came from, if any. Throws a `ConfigError`. */
export const loadConfig = (
  sources: ConfigSources,
): { readonly config: GatewayConfig; readonly file: string | undefined } => {
  const { configFile: explicit, environment, cwd } = sources;
  const file = findConfigFile({ explicit, environment, cwd })?.file;
  const document = file === undefined ? parseConfig('', 'defaults') : readConfigFile(file);
  refuseMisspeltTable(document);
  const { gateway } = validateConfig(document, schema);
  const bind = findOverride(sources) ?? gateway.bind;
  if (!gateway.allow_open) refuseOpenAddress(document, bind);
  const config = {
    bind,
    anyHost: !isLoopback(bind.host),
    allowedHosts: gateway.allowed_hosts,
    chatdUrl: gateway.chatd_url,
    connectTimeout: gateway.connect_timeout,
    idleTimeout: gateway.idle_timeout,
    drainTimeout: gateway.drain_timeout,
  };
  return { config, file };
};
