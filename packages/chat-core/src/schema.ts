import { z } from 'zod';
import { deepest, isShallow } from './json-depth.js';
import { listOf } from './list-schema.js';
import type { ChatRequest, JsonObject, ProviderMetadata } from './message.js';
import { toInvalidRequest } from './schema-issue.js';

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON object of free form, at most 64 levels deep. */
export const jsonObjectSchema = z.custom<JsonObject>((value) => isObject(value) && isShallow(value), {
  error: `expected a JSON object of at most ${deepest} levels`,
});

/** JSON objects by provider or plugin name, at most 1,000; checked up to the first wrong one. */
export const providerMetadataSchema = z
  .custom<Readonly<Record<string, unknown>>>(isObject, { error: 'expected JSON objects by provider id' })
  .transform((slices, context): ProviderMetadata => {
    const checked: Record<string, JsonObject> = {};
    for (const [index, name] of Object.keys(slices).entries()) {
      const result = jsonObjectSchema.safeParse(slices[name]);
      if (index >= 1000) context.addIssue('expected at most 1000 members');
      for (const issue of result.error?.issues ?? [])
        context.addIssue({ ...issue, path: [name, ...issue.path] });
      if (!result.success || index >= 1000) return z.NEVER;
      if (name !== '__proto__') checked[name] = result.data;
    }
    return checked;
  });

const schemaTypes = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
const formatRule = `expected "json" or a JSON Schema, whose "type" is one of ${schemaTypes.join(', ')}`;

const hasSchemaType = ({ type }: JsonObject): boolean =>
  [type ?? []].flat().every((name) => typeof name === 'string' && schemaTypes.includes(name));

/** A format: anything whose `type` is none of JSON Schema's is not one, such as the wrapper that some APIs put around it. */
export const formatSchema = z.union(
  [z.literal('json'), jsonObjectSchema.refine(hasSchemaType, formatRule)],
  formatRule,
);

const text = z.strictObject({ type: z.literal('text'), text: z.string() });

/** Base64 without a `data:` prefix. */
export const base64Schema = z
  .string()
  .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'expected base64 without a "data:" prefix');

/** An IANA media type without parameters. */
export const mediaTypeSchema = z
  .string()
  .regex(/^[\w.+-]+\/[\w.+-]+$/, 'expected a media type such as "image/png"');
const image = z.union(
  [
    z.strictObject({ type: z.literal('image'), data: base64Schema, mediaType: mediaTypeSchema }),
    z.strictObject({
      type: z.literal('image'),
      url: z.url('expected an address such as "https://example.com/image.png"'),
    }),
  ],
  'expected data with a media type, or url',
);
const file = z.strictObject({
  type: z.literal('file'),
  data: base64Schema,
  mediaType: mediaTypeSchema,
  filename: z.string().exactOptional(),
});
const part = z.union([text, image, file], 'expected a part of type "text", "image" or "file"');
const textContent = z.union([z.string(), listOf(text)], 'expected a string or a list of text parts');
const content = z.union([z.string(), listOf(part)], 'expected a string or a list of parts');

const toolCall = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  arguments: z.union([jsonObjectSchema, z.string()], 'expected a JSON object or a string'),
  providerMetadata: providerMetadataSchema.exactOptional(),
});

const message = z.discriminatedUnion(
  'role',
  [
    z.strictObject({
      role: z.literal('system'),
      content: textContent,
      name: z.string().exactOptional(),
    }),
    z.strictObject({
      role: z.literal('user'),
      content,
      name: z.string().exactOptional(),
    }),
    z.strictObject({
      role: z.literal('assistant'),
      content: textContent,
      name: z.string().exactOptional(),
      reasoning: z.string().exactOptional(),
      reasoningSegments: listOf(
        z.strictObject({ text: z.string(), signature: z.string().exactOptional() }),
      ).exactOptional(),
      toolCalls: listOf(toolCall).exactOptional(),
      providerMetadata: providerMetadataSchema.exactOptional(),
    }),
    z.strictObject({
      role: z.literal('tool'),
      content,
      toolCallId: z.string().min(1),
      name: z.string().exactOptional(),
    }),
  ],
  { error: 'expected role "system", "user", "assistant" or "tool"' },
);

/** The schema of a `ChatRequest`. Dialects that build one from JSON check their own wire shape instead. */
export const chatRequestSchema = z.strictObject({
  model: z.string().min(1, 'expected a model name'),
  messages: listOf(message, { least: 1 }),
  temperature: z.number().min(0).exactOptional(),
  topP: z.number().min(0).max(1).exactOptional(),
  topK: z.int().min(0).exactOptional(),
  seed: z.int().exactOptional(),
  stop: listOf(z.string().min(1)).exactOptional(),
  maxTokens: z.int().min(1).exactOptional(),
  presencePenalty: z.number().min(-2).max(2).exactOptional(),
  frequencyPenalty: z.number().min(-2).max(2).exactOptional(),
  format: formatSchema.exactOptional(),
  think: z
    .union([z.boolean(), z.enum(['low', 'medium', 'high'])], 'expected a boolean, "low", "medium" or "high"')
    .exactOptional(),
  tools: listOf(
    z.strictObject({
      name: z.string().min(1),
      description: z.string().exactOptional(),
      parameters: jsonObjectSchema.exactOptional(),
      strict: z.boolean().exactOptional(),
    }),
  ).exactOptional(),
  toolChoice: z
    .union(
      [z.enum(['auto', 'none', 'required']), z.strictObject({ name: z.string().min(1) })],
      'expected "auto", "none", "required" or a tool\'s name',
    )
    .exactOptional(),
  parallelToolCalls: z.boolean().exactOptional(),
  strict: z.boolean().exactOptional(),
  providerOptions: providerMetadataSchema.exactOptional(),
}) satisfies z.ZodType<ChatRequest>;

/** Checks a request that was not written in TypeScript; throws `invalid-request`. */
export const parseChatRequest = (value: unknown): ChatRequest => {
  const result = chatRequestSchema.safeParse(value);
  if (!result.success) throw toInvalidRequest(result.error);
  return result.data;
};
