import {
  ChatError,
  type CredentialStatus,
  type ResolvedKey,
  resolveKey,
  Secret,
  type Timeouts,
  type Transport,
} from '@lakehouse/chat-core';
import { createUpstream, type SizeLimits, type Upstream } from '@lakehouse/provider-utils';
import { headerDefect, type OpenAICompatOptions, urlDefect } from './options.js';
import { type Preset, type PresetName, toPreset } from './presets.js';
import type { Quirks } from './quirks.js';
import { userAgent } from './user-agent.js';
import type { ModelFilter } from './wire-models.js';

/** The options of the configuration, and what a script or a host adds to them. */
export interface OpenAICompatSettings extends Omit<OpenAICompatOptions, 'preset'> {
  /** The name of a preset, or one made with `definePreset`. */
  readonly preset?: PresetName | Preset;
  /** The key itself; it goes before `keyEnv` and `keyFile`. */
  readonly key?: string | Secret | undefined;
  /** What a host found with its `secret`; nothing else is looked at then. */
  readonly resolvedKey?: ResolvedKey;
  /** Where `keyEnv` is read from; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** They go before the preset's own. */
  readonly timeouts?: Timeouts;
  /** A host's rules for addresses; without one every address may be reached. */
  readonly transport?: Transport;
  /** The largest answer, line and event that are read; default `defaultLimits` of provider-utils. */
  readonly limits?: Partial<SizeLimits>;
  /** Told of what the operator should mend, for example a key file that everybody can read. */
  readonly warn?: (message: string) => void;
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

const fromKey = (key: string | Secret): ResolvedKey => {
  const secret = typeof key === 'string' ? new Secret(key) : key;
  const present = secret.reveal() !== '';
  const status = {
    present,
    hint: 'give it as the setting "key"',
    ...(present && { source: 'the setting "key"' }),
  };
  return { status, warnings: [], ...(present && { secret }) };
};

/** The names of the key's variable: a preset has its own, a plain server needs a key when the operator names one. */
export const keyNames = ({
  keyEnv,
  preset,
}: Pick<OpenAICompatSettings, 'keyEnv' | 'preset'>): readonly string[] =>
  keyEnv === undefined ? toPreset(preset).keyEnv : [keyEnv];

const findKey = (settings: OpenAICompatSettings): ResolvedKey | undefined => {
  if (settings.resolvedKey !== undefined) return settings.resolvedKey;
  if (settings.key !== undefined) return fromKey(settings.key);
  const env = keyNames(settings);
  if (env.length === 0) return undefined;
  return resolveKey({ env, file: settings.keyFile, environment: settings.environment });
};

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
  const key = findKey(settings);
  for (const warning of key?.warnings ?? []) settings.warn?.(warning);
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
