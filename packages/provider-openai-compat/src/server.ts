import {
  ChatError,
  type CredentialStatus,
  type Secret,
  type Timeouts,
  type Transport,
} from '@lakehouse/chat-core';
import {
  createUpstream,
  findKey,
  type KeySettings,
  type SizeLimits,
  type Upstream,
} from '@lakehouse/provider-utils';
import { headerDefect, type OpenAICompatOptions, urlDefect } from './options.js';
import { type Preset, type PresetName, toPreset } from './presets.js';
import type { Quirks } from './quirks.js';
import { userAgent } from './user-agent.js';
import type { ModelFilter } from './wire-models.js';

/** The options of the configuration, and what a script or a host adds to them. */
export interface OpenAICompatSettings
  extends Omit<OpenAICompatOptions, 'preset' | keyof KeySettings>,
    KeySettings {
  /** The name of a preset, or one made with `definePreset`. */
  readonly preset?: PresetName | Preset;
  /** They go before the preset's own. */
  readonly timeouts?: Timeouts;
  /** A host's rules for addresses; without one every address may be reached. */
  readonly transport?: Transport;
  /** The largest answer, line and event that are read; default `defaultLimits` of provider-utils. */
  readonly limits?: Partial<SizeLimits>;
}

/** One server with everything that is known of it. */
export interface Server extends Omit<Preset, 'baseUrl' | 'keyEnv' | 'headers' | 'timeouts'> {
  readonly id: string;
  readonly quirks: Quirks;
  readonly models: ModelFilter;
  readonly upstream: Upstream;
  /** Absent when the server needs no key. */
  readonly credential?: CredentialStatus;
  readonly secret: Secret | undefined;
}

const findBaseUrl = ({ url, preset }: OpenAICompatSettings): string => {
  const baseUrl = url ?? toPreset(preset).baseUrl;
  const defect = baseUrl === undefined ? 'expected a url, or a preset' : urlDefect(baseUrl);
  if (baseUrl === undefined || defect !== undefined) {
    throw new ChatError('invalid-request', `url: ${defect}`, { path: 'url' });
  }
  return baseUrl;
};

const checkHeaders = ({ headers = {} }: OpenAICompatSettings): void => {
  for (const name of Object.keys(headers)) {
    const defect = headerDefect(name);
    if (defect !== undefined) {
      throw new ChatError('invalid-request', `headers.${name}: ${defect}`, { path: 'headers' });
    }
  }
};

/** Puts preset and settings together and opens the pool; no socket is opened before the first call. */
export const createServer = (settings: OpenAICompatSettings, id: string): Server => {
  const preset = toPreset(settings.preset);
  const key = findKey({ keyEnv: preset.keyEnv, ...settings });
  const baseUrl = findBaseUrl(settings);
  checkHeaders(settings);
  const { keyHeader } = settings;
  const secret = key?.secret;
  const upstream = createUpstream({
    provider: id,
    baseUrl,
    headers: {
      'user-agent': userAgent,
      ...preset.headers,
      ...settings.headers,
      ...(keyHeader !== undefined && secret && { [keyHeader]: secret.reveal() }),
    },
    secret: keyHeader === undefined ? secret : undefined,
    timeouts: { ...preset.timeouts, ...settings.timeouts },
    transport: settings.transport,
    ...(settings.limits && { limits: settings.limits }),
  });
  return {
    id,
    upstream,
    secret,
    ...(key && { credential: key.status }),
    quirks: { ...preset.quirks, ...settings.quirks },
    models: settings.models ?? {},
    faultRules: preset.faultRules,
    foreignModels: preset.foreignModels,
    openModelList: preset.openModelList,
    structuredOutput: preset.structuredOutput,
  };
};
