import { defineProvider } from '@lakehouse/chat-core';
import { type ChatdOptions, chatdOptions, chatdTimeouts, pluginName } from './options.js';
import { createChatd } from './provider.js';

/** The plugin that a host loads. */
export default defineProvider<ChatdOptions>({
  specificationVersion: 'v1',
  name: pluginName,
  options: chatdOptions,
  timeouts: chatdTimeouts,
  create: ({ url, keyEnv: env, keyFile: file }, host) => {
    const { id, timeouts, transport } = host;
    const key = env === undefined ? undefined : host.secret({ env, file });
    return createChatd({ ...(url !== undefined && { url }), ...(key && { key }), timeouts, transport }, id);
  },
});

export { type ChatdOptions, type ChatdSettings, chatdTimeouts } from './options.js';
export { createChatd } from './provider.js';
