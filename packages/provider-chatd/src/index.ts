import { defineProvider, resolveKey } from '@lakehouse/chat-core';
import { type ChatdOptions, chatdOptions, chatdTimeouts, pluginName } from './options.js';
import { createChatd } from './provider.js';

/** The plugin that a host loads. */
export default defineProvider<ChatdOptions>({
  specificationVersion: 'v1',
  name: pluginName,
  options: chatdOptions,
  timeouts: chatdTimeouts,
  create: ({ url, keyEnv, keyFile }, host) => {
    const { id, environment, timeouts } = host;
    const key =
      keyEnv === undefined
        ? undefined
        : resolveKey({ env: keyEnv, file: keyFile ?? host.keyFile, environment });
    for (const warning of key?.warnings ?? []) host.warn(warning);
    return createChatd({ ...(url !== undefined && { url }), ...(key && { key }), timeouts }, id);
  },
});

export { type ChatdOptions, type ChatdSettings, chatdTimeouts } from './options.js';
export { createChatd } from './provider.js';
