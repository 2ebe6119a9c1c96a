import type { Capabilities, Timeouts } from '@lakehouse/chat-core';
import { kimiRules, lookAlikeRules, openCodeRules, openRouterRules, type VendorRule } from './fault-rules.js';
import { plainQuirks, type Quirks } from './quirks.js';

/** Models that a service serves somewhere else than under `chat/completions`. */
export interface ForeignModels {
  /** A name, or a beginning with `*` at the end. */
  readonly models: string;
  /** Where they are served, for the error message. */
  readonly endpoint: string;
}

/** Everything that is known of one service, as data. */
export interface Preset {
  /** Everything before `/chat/completions`. */
  readonly baseUrl: string;
  /** Environment variables of the key, the first one set wins. */
  readonly keyEnv: readonly string[];
  /** Sent with every call, unless the operator sets the same header. */
  readonly headers: Readonly<Record<string, string>>;
  /** In what the service differs from OpenAI's own. */
  readonly quirks: Quirks;
  /** Which code an error has that the common rules do not know; the first that fits wins. */
  readonly faultRules: readonly VendorRule[];
  /** The limits that suit it; the operator's go before them. */
  readonly timeouts: Timeouts;
  /** Models that it lists but serves over another protocol: they are refused with where they are. */
  readonly foreignModels: readonly ForeignModels[];
  /** Anyone may read the model list, so that it proves nothing about the key. */
  readonly openModelList: boolean;
  /** What becomes of a `format`. */
  readonly structuredOutput: Capabilities['structuredOutput'];
}

/** A preset as it is written down: what is left out is as with a server that is known by its address alone. */
export interface PresetInit extends Partial<Omit<Preset, 'baseUrl' | 'quirks'>> {
  /** Everything before `/chat/completions`. */
  readonly baseUrl: string;
  /** In what the service differs from OpenAI's own. */
  readonly quirks?: Partial<Quirks>;
}

const hostedTimeouts: Timeouts = { connectMs: 10_000, firstContentMs: 60_000, idleMs: 60_000 };

/** A server that is only known by its address; a local one may load its model first. */
const plainServer: Omit<Preset, 'baseUrl'> = {
  keyEnv: [],
  headers: {},
  quirks: plainQuirks,
  faultRules: lookAlikeRules,
  timeouts: { ...hostedTimeouts, firstContentMs: 300_000 },
  foreignModels: [],
  openModelList: false,
  structuredOutput: 'checked',
};

/** Completes the preset of a service that this package does not know, for the setting `preset`. */
export const definePreset = (init: PresetInit): Preset => ({
  ...plainServer,
  ...init,
  quirks: { ...plainQuirks, ...init.quirks },
});

/** A key of `presets`. */
export type PresetName = 'openrouter' | 'opencode' | 'kimi';

/** The services that can be named in the configuration. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  openrouter: {
    baseUrl: 'https://openrouter.ai/api/v1',
    keyEnv: ['OPENROUTER_API_KEY'],
    headers: { 'http-referer': 'https://github.com/lakehouse/chat', 'x-title': 'Lakehouse Chat' },
    quirks: {
      ...plainQuirks,
      omitParameters: [],
      reasoningRequest: 'openrouter-reasoning',
      reasoningReplay: 'reasoning_details',
      extraContent: false,
    },
    faultRules: openRouterRules,
    timeouts: hostedTimeouts,
    foreignModels: [],
    openModelList: true,
    structuredOutput: 'enforced',
  },
  opencode: {
    baseUrl: 'https://opencode.ai/zen/v1',
    keyEnv: ['OPENCODE_API_KEY'],
    headers: {},
    quirks: {
      ...plainQuirks,
      // Zen drops `response_format` where it converts, and several of its models take no schema.
      structuredOutput: 'json-object',
      emptyContent: 'omit',
      extraContent: false,
      embeddings: false,
    },
    faultRules: openCodeRules,
    timeouts: hostedTimeouts,
    foreignModels: [
      { models: 'gpt-*', endpoint: '/responses' },
      { models: 'claude-*', endpoint: '/messages' },
      { models: 'qwen3.5-plus', endpoint: '/messages' },
      { models: 'qwen3.6-plus', endpoint: '/messages' },
      { models: 'gemini-*', endpoint: '/models/{id}:generateContent' },
    ],
    openModelList: true,
    structuredOutput: 'checked',
  },
  kimi: {
    baseUrl: 'https://api.kimi.com/coding/v1',
    keyEnv: ['KIMI_API_KEY'],
    headers: {},
    quirks: {
      ...plainQuirks,
      maxTokensField: 'max_completion_tokens',
      reasoningRequest: 'thinking-object',
      reasoningReplay: 'reasoning_content',
      structuredOutput: 'json-object',
      emptyContent: 'omit',
      extraContent: false,
      files: false,
      embeddings: false,
    },
    faultRules: kimiRules,
    timeouts: hostedTimeouts,
    foreignModels: [],
    openModelList: false,
    structuredOutput: 'checked',
  },
};

/** The preset of a name, or the one that is given as data; without any, what holds for every server. */
export const toPreset = (
  preset: PresetName | Preset | undefined,
): Omit<Preset, 'baseUrl'> & Partial<Preset> => {
  if (preset === undefined) return plainServer;
  return typeof preset === 'string' ? presets[preset] : preset;
};
