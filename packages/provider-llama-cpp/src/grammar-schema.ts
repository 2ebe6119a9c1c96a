import type { JsonObject, JsonValue } from '@lakehouse/chat-core';
import type { GbnfJsonSchema } from 'node-llama-cpp';

/** A JSON Schema as the library makes grammars of it. */
export interface GrammarSchema {
  readonly schema: GbnfJsonSchema;
  /** What the grammar does not hold an answer to, for example `minimum at /properties/age`. */
  readonly unenforced: readonly string[];
}

/** References are written out where they stand; this many parts are enough for any schema that is not a bomb. */
const mostParts = 2_000;
/** llama.cpp writes a repetition out, so that a large one makes a grammar that takes minutes to read. */
const mostRepetitions = 500;

/** They say something of a schema, and nothing of its values. */
const annotations = new Set(
  '$schema $id $anchor $comment $defs definitions title description default examples deprecated readOnly writeOnly'.split(
    ' ',
  ),
);
/** An answer that breaks one of these is not the one that was asked for at all. */
const refused = ['allOf', 'not', 'if', 'patternProperties', '$dynamicRef', '$recursiveRef'];
const understood: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems'],
  string: ['format', 'minLength', 'maxLength'],
};
const formats = ['date-time', 'time', 'date'] as const;

const anything: GbnfJsonSchema = {
  oneOf: [
    { type: ['string', 'number', 'boolean', 'null'] },
    { type: 'object', additionalProperties: true },
    { type: 'array' },
  ],
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isLiteral = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** The types of a schema; one that names none is recognised by what it says. */
const typesOf = (schema: JsonObject): readonly string[] => {
  const named = [schema.type ?? []].flat().filter((type) => typeof type === 'string');
  if (named.length > 0) return named;
  const told = Object.entries(understood).find(([, keywords]) => keywords.some((key) => key in schema));
  return told ? [told[0]] : [];
};

/**
 * Writes a JSON Schema in the subset that the library knows. Where the library is narrower (every property is
 * generated, none beside the named ones) an answer still satisfies the original. `refuse` makes the error for what
 * cannot be written at all.
 */
export const toGrammarSchema = (root: JsonObject, refuse: (message: string) => Error): GrammarSchema => {
  const unenforced: string[] = [];
  let parts = 0;

  const resolve = (reference: string, at: string): JsonValue | undefined => {
    if (!reference.startsWith('#/')) throw refuse(`the reference "${reference}" at ${at} leads elsewhere`);
    const steps = reference.slice(2).split('/');
    const keys = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    return keys.reduce<JsonValue | undefined>(
      (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      root,
    );
  };

  const note = (schema: JsonObject, known: readonly string[], at: string): void => {
    for (const key of Object.keys(schema)) {
      if (refused.includes(key)) throw refuse(`"${key}" at ${at} cannot be turned into a grammar`);
      if (!annotations.has(key) && !known.includes(key)) unenforced.push(`${key} at ${at}`);
    }
  };

  const limit = (schema: JsonObject, key: string, at: string): Record<string, number> => {
    const value = schema[key];
    if (typeof value !== 'number') return {};
    if (value <= mostRepetitions) return { [key]: value };
    unenforced.push(`${key} at ${at}`);
    return {};
  };

  const convertType = (
    type: string,
    schema: JsonObject,
    at: string,
    open: readonly string[],
  ): GbnfJsonSchema => {
    const below = (key: string, value: JsonValue | undefined): GbnfJsonSchema =>
      convert(value, `${at === '/' ? '' : at}/${key}`, open);
    if (type === 'object') {
      const { properties, additionalProperties: rest = properties === undefined } = schema;
      const named = isObject(properties) ? properties : {};
      const required = [schema.required ?? []].flat().filter((key) => typeof key === 'string');
      const unnamed = required.filter((key) => !Object.hasOwn(named, key)).map((key) => [key, true] as const);
      const all = [...Object.entries(named), ...unnamed];
      return {
        type,
        properties: Object.fromEntries(all.map(([key, value]) => [key, below(`properties/${key}`, value)])),
        additionalProperties: typeof rest === 'boolean' ? rest : below('additionalProperties', rest),
      };
    }
    if (type === 'array') {
      const { items, prefixItems } = schema;
      return {
        type,
        ...(items !== undefined && { items: below('items', items) }),
        ...(Array.isArray(prefixItems) && {
          prefixItems: prefixItems.map((item: JsonValue, index) => below(`prefixItems/${index}`, item)),
        }),
        ...limit(schema, 'minItems', at),
        ...limit(schema, 'maxItems', at),
      };
    }
    if (type === 'string') {
      const format = formats.find((name) => name === schema.format);
      if (format === undefined) {
        if (schema.format !== undefined) unenforced.push(`format at ${at}`);
        return { type, ...limit(schema, 'minLength', at), ...limit(schema, 'maxLength', at) };
      }
      unenforced.push(
        ...['minLength', 'maxLength'].filter((key) => key in schema).map((key) => `${key} at ${at}`),
      );
      return { type, format };
    }
    if (type === 'number' || type === 'integer' || type === 'boolean' || type === 'null') return { type };
    throw refuse(`the type "${type}" at ${at} is none of JSON Schema's`);
  };

  const convert = (schema: JsonValue | undefined, at: string, open: readonly string[]): GbnfJsonSchema => {
    parts += 1;
    if (parts > mostParts) throw refuse(`the schema has more than ${mostParts} parts`);
    if (schema === true) return anything;
    if (!isObject(schema)) throw refuse(`the schema at ${at} is neither an object nor true`);
    const { $ref, enum: values, const: value } = schema;
    if (typeof $ref === 'string') {
      note(schema, ['$ref'], at);
      if (open.includes($ref)) throw refuse(`the reference "${$ref}" leads in a circle`);
      return convert(resolve($ref, at), at, [...open, $ref]);
    }
    const literals = value === undefined ? values : [value];
    if (Array.isArray(literals)) {
      note(schema, ['const', 'enum', 'type'], at);
      if (!literals.every(isLiteral))
        throw refuse(`objects and lists as fixed values at ${at} are not possible`);
      return { enum: literals };
    }
    const choices = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(choices)) {
      note(schema, ['anyOf', 'oneOf', 'type'], at);
      const key = schema.anyOf === undefined ? 'oneOf' : 'anyOf';
      return {
        oneOf: choices.map((choice: JsonValue, index) =>
          convert(choice, `${at === '/' ? '' : at}/${key}/${index}`, open),
        ),
      };
    }
    const types = typesOf(schema);
    note(schema, ['type', ...types.flatMap((type) => understood[type] ?? [])], at);
    const [only] = types;
    if (only === undefined) return anything;
    const description = typeof schema.description === 'string' && { description: schema.description };
    if (types.length === 1) return { ...convertType(only, schema, at, open), ...description };
    return { oneOf: types.map((type) => convertType(type, schema, at, open)), ...description };
  };

  return { schema: convert(root, '/', []), unenforced };
};
