import { defineProvider } from '@lakehouse/chat-core';
import { type LlamaCppSettings, llamaCppOptions, llamaCppTimeouts, pluginName } from './options.js';
import { createLlamaCpp } from './provider.js';

/** The plugin that a host loads. */
export default defineProvider<LlamaCppSettings>({
  specificationVersion: 'v1',
  name: pluginName,
  options: llamaCppOptions,
  timeouts: llamaCppTimeouts,
  create: (settings, host) => createLlamaCpp(settings, host.id),
});

export type { Gpu, LlamaCppSettings } from './options.js';
export { createLlamaCpp } from './provider.js';
