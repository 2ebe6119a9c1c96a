import type { ChatRequest, JsonObject, JsonValue } from '@lakehouse/chat-core';
import { formatInstruction } from '@lakehouse/provider-utils';
import type { Quirks } from './quirks.js';

type Format = NonNullable<ChatRequest['format']>;

/** How a format is asked for: in a field, in the prompt, or both. */
export interface FormatRequest {
  readonly field: JsonObject;
  /** The prompt carries the instruction. */
  readonly inPrompt: boolean;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * OpenAI's strict mode takes a schema only when every object closes itself and requires all its properties; any other
 * schema with `strict: true` is a 400.
 */
const suitsStrictMode = (schema: JsonValue | undefined): boolean => {
  if (Array.isArray(schema)) return schema.every(suitsStrictMode);
  if (!isObject(schema)) return true;
  const { properties } = schema;
  if (isObject(properties)) {
    const required = Array.isArray(schema.required) ? schema.required : [];
    if (schema.additionalProperties !== false) return false;
    if (Object.keys(properties).some((name) => !required.includes(name))) return false;
    if (!Object.values(properties).every(suitsStrictMode)) return false;
  } else if (schema.type === 'object') return false;
  return Object.entries(schema).every(([name, value]) => name === 'properties' || suitsStrictMode(value));
};

/** Letters, digits, `_` and `-`, at most 64 of them. */
const schemaName = (schema: JsonObject): string => {
  const title = typeof schema.title === 'string' ? schema.title : '';
  const name = title.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 64);
  return /[A-Za-z0-9]/.test(name) ? name : 'answer';
};

const jsonObject: JsonObject = { response_format: { type: 'json_object' } };

const jsonSchema = (schema: JsonObject): JsonObject => ({
  response_format: {
    type: 'json_schema',
    json_schema: { name: schemaName(schema), schema, ...(suitsStrictMode(schema) && { strict: true }) },
  },
});

/** Decides how this server is asked for a format. */
export const toFormatRequest = (
  format: Format | undefined,
  messages: ChatRequest['messages'],
  { structuredOutput }: Quirks,
): FormatRequest => {
  if (format === undefined) return { field: {}, inPrompt: false };
  const fieldTakes = {
    full: true,
    'json-object': format === 'json',
    'json-schema': format !== 'json',
    prompt: false,
  };
  if (format !== 'json' && fieldTakes[structuredOutput])
    return { field: jsonSchema(format), inPrompt: false };
  const takesObject = structuredOutput === 'full' || structuredOutput === 'json-object';
  // OpenAI and DeepSeek refuse `json_object` when no message has the word.
  const saysJson = /json/i.test(JSON.stringify(messages.map(({ content }) => content)));
  return {
    field: takesObject ? jsonObject : {},
    inPrompt: !(fieldTakes[structuredOutput] && saysJson),
  };
};

/** Puts the instruction into the first system message, or makes one: few servers take a second. */
export const withInstruction = (messages: readonly JsonObject[], format: Format): readonly JsonObject[] => {
  const instruction = formatInstruction(format);
  const [first, ...rest] = messages;
  return first?.role === 'system' && typeof first.content === 'string'
    ? [{ ...first, content: `${first.content}\n\n${instruction}` }, ...rest]
    : [{ role: 'system', content: instruction }, ...messages];
};
