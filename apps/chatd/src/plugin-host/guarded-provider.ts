import type { Provider, ProviderPlugin, Secret, Timeouts } from '@lakehouse/chat-core';
import { isConfigError } from '@lakehouse/config-file';
import type { ChatdConfig, ProviderConfig } from '../config.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import { PluginError } from './load-plugin.js';
import { createOwnSecret } from './own-secret.js';
import { createRedactedProvider } from './redacted-provider.js';
import { createRedaction } from './redaction.js';
import { createTransport } from './transport.js';

/** What is wrong with what a plugin made, which may be written without types; undefined when it is a provider. */
const providerDefect = (value: unknown, id: string): string | undefined => {
  if (typeof value !== 'object' || value === null) return 'no provider';
  const provider = value as Partial<Record<keyof Provider, unknown>>;
  if (provider.id !== id) return `a provider with the id ${JSON.stringify(provider.id)}`;
  if (typeof provider.stream !== 'function') return 'a provider without the method "stream"';
  if (typeof provider.capabilities !== 'object' || provider.capabilities === null) {
    return 'a provider without "capabilities"';
  }
  return undefined;
};

/** What a provider is made of. */
export interface ProviderParts {
  readonly plugin: ProviderPlugin;
  /** Checked by the plugin's own schema. */
  readonly options: unknown;
  readonly config: ProviderConfig;
  readonly chatd: Pick<ChatdConfig, 'document' | 'plugins' | 'providers' | 'answerLimits'>;
  readonly timeouts: Timeouts;
}

/**
 * Lets a plugin make its provider: with its own key and connections by the rules of the config. No key comes back from what
 * it made; closing that frees the host's sockets too. Throws what the plugin throws, without keys.
 */
export const createGuardedProvider = async (
  { plugin, options, config, chatd, timeouts }: ProviderParts,
  { environment, warn: tell }: Pick<ProviderEnvironment, 'environment' | 'warn'>,
): Promise<Provider> => {
  const { id, use } = config;
  const redaction = createRedaction();
  const warn = (message: string): void => tell(`${id}: ${redaction.text(message)}`);
  const { document, plugins, answerLimits: limits } = chatd;
  const ids = chatd.providers.map((provider) => provider.id);
  const onSecret = (key: Secret): void => redaction.add(key);
  const secret = createOwnSecret(config, { ids, document, environment, warn, onSecret });
  const table = config.addresses ? `[chatd.providers.${id}]` : '[chatd.plugins]';
  const rules = { id, addresses: config.addresses ?? plugins.addresses, table };
  const own = createTransport(rules, timeouts, limits.bodyBytes);
  try {
    const host = { id, timeouts, limits, transport: own.transport, secret, warn };
    const provider = await plugin.create(options, host);
    const defect = providerDefect(provider, id);
    if (defect !== undefined) throw new PluginError(`${JSON.stringify(use)} made ${redaction.text(defect)}`);
    return createRedactedProvider(provider, redaction, () => own.close());
  } catch (error) {
    await own.close();
    throw isConfigError(error) || error instanceof PluginError ? error : redaction.error(error);
  }
};
