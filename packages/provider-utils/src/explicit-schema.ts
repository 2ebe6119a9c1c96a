import type { JsonObject, JsonValue } from '@lakehouse/chat-core';

const isSchema = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const schemaKeys = ['items', 'additionalItems', 'additionalProperties', 'propertyNames', 'contains', 'not'];
const listKeys = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const mapKeys = ['properties', 'patternProperties', '$defs', 'definitions'];
/** They stay where they are, because zod looks for them at the root. */
const rootKeys = ['$schema', '$defs', 'definitions'];
/** Each of them alone is read well; zod passes over what stands beside them. */
const aloneKeys = ['$ref', 'enum', 'const', 'anyOf', 'oneOf'];
/** Zod takes these for annotations. */
const unreadKeys = ['dependencies', '$dynamicRef'];

/** Zod refuses them, wherever it sees them. */
const refusedKeys = [
  'not',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedItems',
  'unevaluatedProperties',
];

/** Which type of value a keyword is about; others it leaves alone. */
const keywordsOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    object:
      'properties required additionalProperties patternProperties propertyNames minProperties maxProperties',
    array: 'items prefixItems additionalItems minItems maxItems uniqueItems contains minContains maxContains',
    string: 'minLength maxLength pattern format',
    number: 'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf',
  }).map(([type, keywords]) => [type, new Set(keywords.split(' '))]),
);
const typedKeys = new Set(['type', ...[...keywordsOf.values()].flatMap((keywords) => [...keywords])]);

const pick = (schema: JsonObject, keep: (key: string) => boolean): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => keep(key)));

/** Zod compares these by identity, so that no answer would ever equal one. */
const assertReadable = (schema: JsonObject): void => {
  const { enum: values, const: value } = schema;
  const all = [value, ...(Array.isArray(values) ? values : [])];
  if (all.some((item) => typeof item === 'object' && item !== null)) {
    throw new TypeError('objects and arrays in "enum" and "const" cannot be checked');
  }
  const unread = unreadKeys.find((key) => Object.hasOwn(schema, key));
  if (unread !== undefined) throw new TypeError(`"${unread}" cannot be checked`);
};

const typesOf = (schema: JsonObject): readonly unknown[] => [schema.type ?? []].flat();

const withRequired = (schema: JsonObject): JsonObject => {
  const { required, properties = {} } = schema;
  if (!Array.isArray(required) || !isSchema(properties)) return schema;
  const names = required.filter((name) => typeof name === 'string');
  const missing = names.filter((name) => !Object.hasOwn(properties, name));
  return {
    ...schema,
    properties: { ...properties, ...Object.fromEntries(missing.map((name) => [name, {}])) },
  };
};

/** Without `items` zod passes over the number of items. */
const withItems = (schema: JsonObject): JsonObject =>
  typesOf(schema).includes('array') && !schema.items && !schema.prefixItems
    ? { ...schema, items: schema.items ?? {} }
    : schema;

/** Keywords with a type; without one they hold for the values that they are about, and every other value is good. */
const typed = (schema: JsonObject): JsonObject => {
  if (schema.type !== undefined) return withItems(withRequired(schema));
  const present = Object.keys(schema);
  const bound = [...keywordsOf].filter(([, keywords]) => present.some((key) => keywords.has(key)));
  const others = ['object', 'array', 'string', 'number', 'boolean', 'null'].filter(
    (type) => !bound.some(([name]) => name === type),
  );
  const choices = bound.map(([type, keywords]) =>
    withItems(withRequired({ ...pick(schema, (key) => keywords.has(key)), type })),
  );
  return { anyOf: [...choices, { type: others }] };
};

const isOfType = (value: JsonValue, types: readonly unknown[]): boolean =>
  types.includes(value === null ? 'null' : typeof value) ||
  (types.includes('integer') && Number.isInteger(value));

/**
 * The parts of a schema that all have to hold, none of which zod passes over. What constrains nothing is left out: with a
 * `default` zod would even fill in what an answer lacks.
 */
const partsOf = (schema: JsonObject): readonly JsonValue[] => {
  const { allOf = [], ...own } = schema;
  const entries = Object.entries(own);
  const parts: JsonValue[] = entries
    .filter(([key]) => aloneKeys.includes(key) || refusedKeys.includes(key))
    .map(([key, value]) => ({ [key]: value }));
  const rest = pick(own, (key) => typedKeys.has(key));
  const scalars = own.enum ?? (own.const === undefined ? undefined : [own.const]);
  if (Array.isArray(scalars) && rest.type !== undefined && Object.keys(rest).length === 1) {
    parts.push({ enum: scalars.filter((value) => isOfType(value, typesOf(rest))) });
  } else if (Object.keys(rest).length > 0) {
    parts.push(typed(rest));
  }
  return [...parts, ...(Array.isArray(allOf) ? allOf : [{ allOf }])];
};

/** False where a part says so by itself. */
const canBeObject = (part: JsonValue): boolean => {
  if (!isSchema(part)) return true;
  if (part.enum !== undefined || part.const !== undefined) return false;
  return part.type === undefined || typesOf(part).includes('object');
};

const explicit = (schema: JsonObject, closed: boolean): JsonObject => {
  assertReadable(schema);
  const value = (below: JsonValue | undefined): JsonValue | undefined =>
    isSchema(below) ? explicit(below, closed) : below;
  const map = (below: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(below).map(([name, item]) => [name, value(item)]));
  const below = Object.fromEntries(
    Object.entries(schema).map(([key, item]) => {
      if (schemaKeys.includes(key) && !Array.isArray(item)) return [key, value(item)];
      if ([...listKeys, 'items'].includes(key) && Array.isArray(item)) return [key, item.map(value)];
      return mapKeys.includes(key) && isSchema(item) ? [key, map(item)] : [key, item];
    }),
  ) as JsonObject;
  const parts = partsOf(below);
  if (closed && parts.filter(canBeObject).length > 1) {
    throw new TypeError(
      '"additionalProperties": false cannot be checked among schemas that all have to hold',
    );
  }
  const [only = {}] = parts;
  const root = pick(below, (key) => rootKeys.includes(key));
  return parts.length < 2 && isSchema(only) ? { ...root, ...only } : { ...root, allOf: [...parts] };
};

/**
 * The same schema in a form that zod's reader understands in full: it passes over keywords without `type`, over those
 * beside `$ref`, `enum` and each other's choices, and over a required name that no property describes. Throws a
 * `TypeError` for what zod would check wrongly.
 */
export const explicitSchema = (schema: JsonObject): JsonObject =>
  explicit(schema, JSON.stringify(schema).includes('"additionalProperties":false'));
