import { defineProvider } from '@lakehouse/chat-core';
import { type OllamaCloudSettings, ollamaCloudOptions, ollamaCloudTimeouts, pluginName } from './options.js';
import { createOllamaCloud } from './provider.js';

/** The plugin that a host loads. */
export default defineProvider<OllamaCloudSettings>({
  specificationVersion: 'v1',
  name: pluginName,
  options: ollamaCloudOptions,
  timeouts: ollamaCloudTimeouts,
  create: (settings, host) => {
    const { id, keyFile, environment, timeouts } = host;
    const warn = (message: string): void => host.warn(message);
    return createOllamaCloud({ keyFile, ...settings, environment, timeouts, warn }, id);
  },
});

export { type OllamaCloudSettings, ollamaCloudTimeouts } from './options.js';
export { createOllamaCloud } from './provider.js';
