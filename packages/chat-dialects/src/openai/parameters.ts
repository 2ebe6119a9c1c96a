import { jsonObjectSchema, listOf } from '@lakehouse/chat-core';
import { z } from 'zod';
import { type Notes, refuse } from '../notes.js';

// Parameters of the protocol that `ChatRequest` has no place for. Where the answer would be another one they are
// refused, otherwise left out with a warning; a value that asks for nothing is neither.

/** Their types. */
export const otherParameters = {
  n: z.int().min(1).nullish(),
  functions: z.unknown().optional(),
  function_call: z.unknown().optional(),
  modalities: listOf(z.string()).nullish(),
  audio: jsonObjectSchema.nullish(),
  web_search_options: jsonObjectSchema.nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).nullish(),
  logit_bias: jsonObjectSchema.nullish(),
  metadata: jsonObjectSchema.nullish(),
  prediction: jsonObjectSchema.nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  service_tier: z.string().nullish(),
  store: z.boolean().nullish(),
  user: z.string().nullish(),
  verbosity: z.string().nullish(),
};

type OtherParameters = z.output<z.ZodObject<typeof otherParameters>>;
type Rules = {
  readonly [Name in keyof OtherParameters]?: (value: NonNullable<OtherParameters[Name]>) => string | false;
};

/** Why a value is refused. */
const refused: Rules = {
  n: (count) => count > 1 && 'several choices are not supported; send the request several times',
  functions: () => 'functions are not supported; use tools',
  function_call: () => 'function_call is not supported; use tool_choice',
  modalities: (kinds) => kinds.some((kind) => kind !== 'text') && 'only "text" is supported',
  web_search_options: () => 'searching the web is not supported',
};

const hasMembers = (value: object): boolean => Object.keys(value).length > 0;
const notStored = 'answers are not stored';
const noPlace = 'there is no place for it in a request to a provider';

/** Why a value is left out. */
const dropped: Rules = {
  audio: () => 'answers are text',
  logprobs: (asked) => asked && 'answers carry no log probabilities',
  top_logprobs: (count) => count > 0 && 'answers carry no log probabilities',
  logit_bias: (biases) => hasMembers(biases) && 'token numbers differ from model to model',
  metadata: (tags) => hasMembers(tags) && notStored,
  prediction: () => noPlace,
  prompt_cache_key: () => 'caching is left to the provider',
  prompt_cache_retention: () => 'caching is left to the provider',
  safety_identifier: () => noPlace,
  service_tier: (tier) => tier !== 'auto' && tier !== 'default' && noPlace,
  store: (asked) => asked && notStored,
  user: () => noPlace,
  verbosity: (level) => level !== 'medium' && noPlace,
};

const findings = function* (rules: Rules, values: OtherParameters): Generator<readonly [string, string]> {
  for (const name of Object.keys(rules) as (keyof OtherParameters)[]) {
    const value = values[name];
    const rule = rules[name] as ((value: unknown) => string | false) | undefined;
    const why = value != null && rule?.(value);
    if (typeof why === 'string') yield [name, why];
  }
};

/** Throws `unsupported` for the first parameter that cannot be left out, and notes the others. */
export const reportOtherParameters = (values: OtherParameters, notes: Notes): void => {
  for (const [name, why] of findings(refused, values)) refuse(name, why);
  for (const [name, why] of findings(dropped, values)) notes.drop(name, why);
};
