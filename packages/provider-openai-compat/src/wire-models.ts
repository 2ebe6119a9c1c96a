import type { Capabilities, ModelInfo } from '@lakehouse/chat-core';
import { asAmount, asArray, asName, asObject } from './loose.js';
import type { ForeignModels } from './presets.js';

type Fields = Readonly<Record<string, unknown>>;

/** The operator's changes to a preset's selection: names, or beginnings with `*` at the end. */
export interface ModelFilter {
  /** Called although the preset knows another endpoint for them. */
  readonly allow?: readonly string[];
  /** Neither listed nor called. */
  readonly deny?: readonly string[];
}

const fits = (pattern: string, model: string): boolean =>
  pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : model === pattern;

const fitsAny = (patterns: readonly string[] | undefined, model: string): boolean =>
  patterns?.some((pattern) => fits(pattern, model)) ?? false;

/** Why a model is not called, in a sentence; undefined when it is. */
export const whyNotCalled = (
  model: string,
  filter: ModelFilter,
  foreign: readonly ForeignModels[],
): string | undefined => {
  if (fitsAny(filter.deny, model)) return `the configuration denies the model "${model}" (models.deny)`;
  if (fitsAny(filter.allow, model)) return undefined;
  const other = foreign.find(({ models }) => fits(models, model));
  return other === undefined
    ? undefined
    : `the model "${model}" is served under ${other.endpoint} there, and this provider speaks /chat/completions only; list it in models.allow to call it all the same`;
};

const defined = <Value>(fields: Readonly<Record<string, Value | undefined>>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );

const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** What a list says of one model: OpenRouter in lists of words, Kimi in flags. */
const toModelCapabilities = (model: Fields): Partial<Capabilities> => {
  const parameters = Array.isArray(model.supported_parameters) ? model.supported_parameters : undefined;
  const has = (name: string): boolean | undefined => parameters?.includes(name);
  const inputs: unknown = asObject(model.architecture)?.input_modalities;
  const takes = (kind: string): boolean | undefined =>
    Array.isArray(inputs) ? inputs.includes(kind) : undefined;
  const schemas = has('structured_outputs') ? 'enforced' : 'checked';
  return defined<boolean | string>({
    tools: has('tools'),
    toolChoice: has('tool_choice'),
    reasoning: has('reasoning') ?? flag(model.supports_reasoning),
    images: takes('image') ?? flag(model.supports_image_in),
    files: takes('file'),
    structuredOutput: parameters && schemas,
  }) as Partial<Capabilities>;
};

const toModelInfo = (item: unknown): ModelInfo | undefined => {
  const model = asObject(item) ?? {};
  const id = asName(item) ?? asName(model.id) ?? asName(model.name);
  if (id === undefined) return undefined;
  const provider = asObject(model.top_provider);
  const capabilities = toModelCapabilities(model);
  const displayName = asName(model.display_name) ?? asName(model.name);
  const description = asName(model.description);
  // The last two: vLLM and Mistral.
  const contextWindow = asAmount(model.context_length ?? model.max_model_len ?? model.max_context_length);
  const maxOutputTokens = asAmount(provider?.max_completion_tokens);
  return {
    id,
    ...(displayName !== undefined && displayName !== id && { displayName }),
    ...(description !== undefined && { description }),
    ...(contextWindow !== undefined && { contextWindow }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(Object.keys(capabilities).length > 0 && { capabilities }),
  };
};

/** Reads `GET models`: a `data` list, `null` for an empty one, or a bare list. Undefined when it is neither. */
export const toModelInfos = (body: unknown): readonly ModelInfo[] | undefined => {
  const data = Array.isArray(body) ? body : asObject(body)?.data;
  if (data === undefined) return undefined;
  return asArray(data).flatMap((item) => toModelInfo(item) ?? []);
};
