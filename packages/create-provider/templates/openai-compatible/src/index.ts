import { defineProvider, type Provider } from '@lakehouse/chat-core';
import { createOpenAICompat, type OpenAICompatSettings, pluginName } from '@lakehouse/provider-openai-compat';
import { type Options, options } from './options.js';
import { preset } from './preset.js';

const ownId = 'acme';

/** What a script sets besides the preset: `key`, `url`, `timeouts` and so on. */
export type Settings = Omit<OpenAICompatSettings, 'preset'>;

/** The service as a provider. `id` is the prefix of its models' names, and stands in errors. */
export const createAcme = (settings: Settings = {}, id = ownId): Provider =>
  createOpenAICompat({ ...settings, preset }, id);

/** What a host loads. Nothing happens when it is imported. */
export default defineProvider<Options>({
  specificationVersion: 'v1',
  name: pluginName, // of the protocol: what its front passes on for such a plugin reaches this one too
  options,
  timeouts: preset.timeouts,
  create: ({ url, key_env, key_file }, host) => {
    const { id, timeouts, transport, limits = {} } = host;
    const env = key_env === undefined ? preset.keyEnv : [key_env];
    const key = env.length === 0 ? undefined : host.secret({ env, file: key_file });
    const settings = { ...(url !== undefined && { url }), key, timeouts, transport, limits };
    return createAcme(settings, id);
  },
});
