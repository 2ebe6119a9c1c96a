import { defineProvider, type Provider } from '@lakehouse/chat-core';
import { pluginName } from './metadata.js';
import { type OpenAICompatOptions, optionsSchema } from './options.js';
import { type PresetName, toPreset } from './presets.js';
import { createOpenAICompat } from './provider.js';
import type { OpenAICompatSettings } from './server.js';

export type { VendorRule } from './fault-rules.js';
export { pluginName } from './metadata.js';
export type { OpenAICompatOptions } from './options.js';
export {
  definePreset,
  type ForeignModels,
  type Preset,
  type PresetInit,
  type PresetName,
} from './presets.js';
export { createOpenAICompat } from './provider.js';
export type { OmittableParameter, Quirks } from './quirks.js';
export type { OpenAICompatSettings } from './server.js';
export type { ModelFilter } from './wire-models.js';

const createPreset =
  (preset: PresetName) =>
  (settings: Omit<OpenAICompatSettings, 'preset'> = {}, id: string = preset): Provider =>
    createOpenAICompat({ ...settings, preset }, id);

/** OpenRouter; the key is `settings.key` or `OPENROUTER_API_KEY`. */
export const createOpenRouter = createPreset('openrouter');

/** OpenCode Zen; the key is `settings.key` or `OPENCODE_API_KEY`. */
export const createOpenCode = createPreset('opencode');

/** Kimi For Coding; the key is `settings.key` or `KIMI_API_KEY`. */
export const createKimi = createPreset('kimi');

export default defineProvider<OpenAICompatOptions>({
  specificationVersion: 'v1',
  name: pluginName,
  options: optionsSchema,
  timeouts: ({ preset }) => toPreset(preset).timeouts,
  create: (options, host) => {
    const { id, timeouts, transport, limits = {} } = host;
    const { keyEnv: env = toPreset(options.preset).keyEnv, keyFile: file } = options;
    const key = env.length === 0 ? undefined : host.secret({ env, file });
    return createOpenAICompat({ ...options, key, timeouts, transport, limits }, id);
  },
});
