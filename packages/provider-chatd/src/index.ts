import { defineProvider } from '@lakehouse/chat-core';
import { type ChatdSettings, chatdOptions, chatdTimeouts, pluginName } from './options.js';
import { createChatd } from './provider.js';

/** The plugin that a host loads. */
export default defineProvider<ChatdSettings>({
  specificationVersion: 'v1',
  name: pluginName,
  options: chatdOptions,
  timeouts: chatdTimeouts,
  create: (settings, host) => {
    const { id, timeouts, transport, limits = {} } = host;
    const { keyEnv: env, keyFile: file } = settings;
    const key = env === undefined ? undefined : host.secret({ env, file });
    return createChatd({ ...settings, key, timeouts, transport, limits }, id);
  },
});

export { type ChatdSettings, chatdTimeouts } from './options.js';
export { createChatd } from './provider.js';
