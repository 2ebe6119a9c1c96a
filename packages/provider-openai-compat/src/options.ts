import { z } from 'zod';
import { type PresetName, presets } from './presets.js';
import type { OmittableParameter, Quirks } from './quirks.js';
import type { ModelFilter } from './wire-models.js';

/** What the configuration says of one instance. Either `preset` or `url` is there. */
export interface OpenAICompatOptions {
  /** Base address, `/v1` included where the server has it. */
  readonly url?: string;
  /** A service whose address and quirks are known. */
  readonly preset?: PresetName;
  /** Environment variable that holds the key. */
  readonly keyEnv?: string;
  /** A `.env` file that holds it, for when the variable is not set. */
  readonly keyFile?: string;
  /** Header that carries the bare key; default is a bearer in `Authorization`. */
  readonly keyHeader?: string;
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Which of the server's models are listed. */
  readonly models?: ModelFilter;
  /** In which ways the server differs, over those of the preset. */
  readonly quirks?: Partial<Quirks>;
}

const parameterNames = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  seed: 'seed',
  stop: 'stop',
  max_tokens: 'maxTokens',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
  tool_choice: 'toolChoice',
  parallel_tool_calls: 'parallelToolCalls',
  think: 'think',
} as const satisfies Record<string, OmittableParameter>;

const parameter = z
  .enum(Object.keys(parameterNames) as [keyof typeof parameterNames])
  .transform((name): OmittableParameter => parameterNames[name]);

const quirksSchema = z.strictObject({
  max_tokens_field: z.enum(['max_tokens', 'max_completion_tokens']).exactOptional(),
  seed_field: z.enum(['seed', 'random_seed']).exactOptional(),
  include_usage: z.boolean().exactOptional(),
  omit_parameters: z.array(parameter).exactOptional(),
  reasoning_request: z
    .enum(['reasoning_effort', 'openrouter-reasoning', 'thinking-object', 'none'])
    .exactOptional(),
  reasoning_replay: z.enum(['reasoning_content', 'as-received', 'reasoning_details', 'none']).exactOptional(),
  extra_content: z.boolean().exactOptional(),
  structured_output: z.enum(['full', 'json-object', 'json-schema', 'prompt']).exactOptional(),
  empty_content: z.enum(['null', 'omit', 'empty']).exactOptional(),
  required_tool_choice: z.enum(['required', 'any']).exactOptional(),
  tool_call_ids: z.enum(['any', 'nine-characters']).exactOptional(),
  message_names: z.boolean().exactOptional(),
  images: z.boolean().exactOptional(),
  files: z.boolean().exactOptional(),
  embeddings: z.boolean().exactOptional(),
  done_marker_suffices: z.boolean().exactOptional(),
  empty_answer_is_failure: z.boolean().exactOptional(),
});

type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Text;
type CamelCased<Fields> = { [Name in keyof Fields as CamelCase<Name & string>]: Fields[Name] };

/** Renames the fields of one level. */
const toCamelCase = <Fields extends object>(fields: Fields): CamelCased<Fields> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  ) as CamelCased<Fields>;

/** Where a key is shown to nobody: a header or query of the operator's own is not redacted when it is sent back. */
const keyPlace =
  'put the key into key_env, and the name of its header, unless it is Authorization, into key_header';

const keyHeaders = new Set(['authorization', 'proxy-authorization', 'x-api-key', 'api-key', 'cookie']);
const keyParameters = new Set(['key', 'api_key', 'apikey', 'token', 'access_token']);

/** Says what is wrong with a header of the operator's own; undefined when it is right. */
export const headerDefect = (name: string): string | undefined =>
  keyHeaders.has(name.toLowerCase()) ? `expected no key here: ${keyPlace}` : undefined;

/** Says what is wrong with a base URL; undefined when it is right. */
export const urlDefect = (text: string): string | undefined => {
  if (!URL.canParse(text)) return 'expected an address such as "http://localhost:8000/v1"';
  const { protocol, username, password, searchParams } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'expected an address with http:// or https://';
  if (username !== '' || password !== '')
    return 'expected no user or password in the address: put the key into key_env';
  const parameter = [...searchParams.keys()].find((name) => keyParameters.has(name.toLowerCase()));
  return parameter === undefined ? undefined : `expected no "${parameter}" in the query: ${keyPlace}`;
};

const url = z.string().superRefine((text, context) => {
  const message = urlDefect(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'expected the name of an HTTP header');
const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, 'expected one line of printable ASCII');
const headers = z.record(headerName, headerValue).superRefine((fields, context) => {
  for (const name of Object.keys(fields)) {
    const message = headerDefect(name);
    if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
  }
});
const patterns = z.array(z.string().min(1)).exactOptional();

/** The options in the configuration file. */
export const optionsSchema = z
  .strictObject({
    url: url.exactOptional(),
    preset: z.enum(Object.keys(presets) as [PresetName]).exactOptional(),
    key_env: z.string().min(1).exactOptional(),
    key_file: z.string().min(1).exactOptional(),
    key_header: headerName.exactOptional(),
    headers: headers.exactOptional(),
    models: z.strictObject({ allow: patterns, deny: patterns }).exactOptional(),
    quirks: quirksSchema.transform(toCamelCase).exactOptional(),
  })
  .superRefine(({ url: address, preset, key_env, key_file, key_header }, context) => {
    const names = Object.keys(presets).join('", "');
    const fail = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (address === undefined && preset === undefined) {
      fail('url', `expected url = "http://…/v1", or preset = one of "${names}"`);
    }
    if (preset !== undefined || key_env !== undefined) return;
    if (key_file !== undefined)
      fail('key_env', 'key_file needs key_env: the name of the variable in the file');
    if (key_header !== undefined)
      fail('key_env', 'key_header needs key_env: the name of the variable of the key');
  })
  .transform((fields): OpenAICompatOptions => toCamelCase(fields));
