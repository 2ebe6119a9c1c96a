import { defineProvider } from '@lakehouse/chat-core';
import {
  defaultKeyEnv,
  type OllamaCloudSettings,
  ollamaCloudOptions,
  ollamaCloudTimeouts,
  pluginName,
} from './options.js';
import { createOllamaCloud } from './provider.js';

/** The plugin that a host loads. */
export default defineProvider<OllamaCloudSettings>({
  specificationVersion: 'v1',
  name: pluginName,
  options: ollamaCloudOptions,
  timeouts: ollamaCloudTimeouts,
  create: (settings, host) => {
    const { id, timeouts, transport, limits = {} } = host;
    const { keyEnv: env = defaultKeyEnv, keyFile: file } = settings;
    const key = host.secret({ env, file });
    return createOllamaCloud({ ...settings, key, timeouts, transport, limits }, id);
  },
});

export { type OllamaCloudSettings, ollamaCloudTimeouts } from './options.js';
export { createOllamaCloud } from './provider.js';
