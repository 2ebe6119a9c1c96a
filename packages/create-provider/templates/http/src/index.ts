import { defineProvider } from '@lakehouse/chat-core';
import { defaultTimeouts, keyNames, type Options, options, pluginName } from './options.js';
import { createAcme } from './provider.js';

export type { Settings } from './options.js';
export { createAcme } from './provider.js';

/** What a host loads. Nothing happens when it is imported. */
export default defineProvider<Options>({
  specificationVersion: 'v1',
  name: pluginName,
  options,
  timeouts: defaultTimeouts,
  create: ({ url, key_env, key_file }, host) => {
    const { id, timeouts, transport, limits = {} } = host;
    const env = key_env === undefined ? keyNames : [key_env];
    const key = env.length === 0 ? undefined : host.secret({ env, file: key_file });
    const settings = { ...(url !== undefined && { url }), key, timeouts, transport, limits };
    return createAcme(settings, id);
  },
});
