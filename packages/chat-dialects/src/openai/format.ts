import { type ChatRequest, formatSchema } from '@lakehouse/chat-core';
import { z } from 'zod';
import type { Notes } from '../notes.js';

/** `response_format`. */
export const responseFormatSchema = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_object') }),
    z.object({
      type: z.literal('json_schema'),
      json_schema: z.object({
        name: z.string().nullish(),
        description: z.string().nullish(),
        schema: formatSchema.refine((schema) => schema !== 'json', 'expected a JSON Schema'),
        strict: z.boolean().nullish(),
      }),
    }),
  ],
  'expected "text", "json_object" or "json_schema"',
);

/**
 * The format of a request. The name of a schema means nothing to a model, and `strict` nothing here: a schema is always
 * enforced by the provider or checked.
 */
export const toFormat = (
  format: z.output<typeof responseFormatSchema> | null | undefined,
  notes: Notes,
): ChatRequest['format'] => {
  switch (format?.type) {
    case 'json_object':
      return 'json';
    case 'json_schema': {
      const { description, schema } = format.json_schema;
      if (description != null && description !== '') {
        notes.drop('response_format.json_schema.description', 'write it into the schema or the prompt');
      }
      return schema;
    }
    default:
      return undefined;
  }
};
