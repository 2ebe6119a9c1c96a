import type { Provider, ProviderPlugin, Timeouts } from '@lakehouse/chat-core';
import { type CircuitBreaker, createCircuitBreaker } from '@lakehouse/chat-policies';
import {
  type ConfigDocument,
  ConfigError,
  checkConfig,
  isConfigError,
  type Problem,
} from '@lakehouse/config-file';
import type { z } from 'zod';
import type { ChatdConfig, ProviderConfig } from './config.js';
import { providerKeys } from './config-schema.js';
import { createWindowLookup, type WindowLookup } from './context-windows.js';
import { createGuardedProvider } from './plugin-host/guarded-provider.js';
import { loadPlugin, PluginError } from './plugin-host/load-plugin.js';
import { checkPackage } from './plugin-host/package-rules.js';
import type { RetryConfig } from './policy-config.js';
import type { ProviderEnvironment } from './provider-environment.js';

/** A provider of the config, ready to be called. */
export interface Instance {
  readonly provider: Provider;
  /** As the config names the package. */
  readonly plugin: string;
  /** The plugin's own name. */
  readonly name: string;
  readonly timeouts: Timeouts;
  readonly retry: RetryConfig;
  /** One circuit for each model that failed of late; absent when the config switches it off. */
  readonly breaker?: CircuitBreaker;
  readonly contextWindow: WindowLookup;
}

/** What suits any upstream, when neither its plugin nor the operator says something else. */
const commonTimeouts: Timeouts = { connectMs: 10_000, firstContentMs: 60_000, idleMs: 60_000 };

type Checked = { readonly options: unknown } | { readonly problems: readonly Problem[] };

/** Checks the options with the plugin's own schema; zod schemas also tell which key an unknown one was meant to be. */
const checkOptions = async (
  plugin: ProviderPlugin,
  config: ProviderConfig,
  document: ConfigDocument,
): Promise<Checked> => {
  if ('_zod' in plugin.options) {
    const schema = plugin.options as unknown as z.ZodType;
    const result = checkConfig(document, schema, {
      at: config.path,
      value: config.options,
      alsoKnown: providerKeys,
    });
    return result.success ? { options: result.data } : { problems: result.problems };
  }
  const result = await plugin.options['~standard'].validate(config.options);
  if (!result.issues) return { options: result.value };
  return {
    problems: result.issues.map((issue) => {
      const steps = (issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step));
      const path = steps.map((step) => (typeof step === 'number' ? step : String(step)));
      return document.problem([...config.path, ...path], issue.message);
    }),
  };
};

/** Creates one provider of the config. Throws a `ConfigError` that names its table. */
export const createInstance = async (
  config: ProviderConfig,
  chatd: Pick<
    ChatdConfig,
    'document' | 'file' | 'timeouts' | 'retry' | 'breaker' | 'answerLimits' | 'plugins' | 'providers'
  >,
  environment: ProviderEnvironment,
): Promise<Instance> => {
  const { document, file } = chatd;
  const { onCircuitChange, shareCircuits = (own) => own } = environment;
  try {
    checkPackage(config.use, chatd.plugins.packages, file);
    const plugin = await loadPlugin(config.use, file);
    const checked = await checkOptions(plugin, config, document);
    if ('problems' in checked) throw new ConfigError(checked.problems);
    const suited = typeof plugin.timeouts === 'function' ? plugin.timeouts(checked.options) : plugin.timeouts;
    const timeouts = { ...commonTimeouts, ...suited, ...chatd.timeouts, ...config.timeouts };
    const made = { plugin, options: checked.options, config, chatd, timeouts };
    const provider = await createGuardedProvider(made, environment);
    const breaker = { ...chatd.breaker, ...config.breaker };
    return {
      provider,
      plugin: config.use,
      name: plugin.name,
      timeouts,
      retry: { ...chatd.retry, ...config.retry },
      ...(breaker.failures > 0 && {
        breaker: shareCircuits(
          createCircuitBreaker({ ...breaker, ...(onCircuitChange && { onChange: onCircuitChange }) }),
        ),
      }),
      contextWindow: createWindowLookup(provider),
    };
  } catch (error) {
    if (isConfigError(error)) throw error;
    const key = error instanceof PluginError ? [...config.path, 'use'] : config.path;
    const message =
      error instanceof PluginError ? error.message : `cannot be created: ${(error as Error).message}`;
    throw new ConfigError([document.problem(key, message)], { cause: error });
  }
};
