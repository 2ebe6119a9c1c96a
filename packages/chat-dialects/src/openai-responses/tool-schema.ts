import { jsonObjectSchema, listOf } from '@lakehouse/chat-core';
import { z } from 'zod';
import { byType } from './by-type.js';

const name = z.string().min(1, 'expected a name');
const description = z.string().nullish();

const functionTool = z.object({
  type: z.literal('function'),
  name,
  description,
  parameters: jsonObjectSchema.nullish(),
  strict: z.boolean().nullish(),
});

const customTool = z.object({
  type: z.literal('custom'),
  name,
  description,
  format: z
    .object({
      type: z.string(),
      syntax: z.string().nullish(),
      definition: z.string().nullish(),
    })
    .nullish(),
});

const expected = 'expected an object with a "type", such as "function"';
const callable = byType({ function: functionTool, custom: customTool }, expected);

/** Functions under a common name; Codex sends those of an MCP server so. */
const namespaceTool = z.object({ type: z.literal('namespace'), name, tools: listOf(callable) });

export const toolSchema = byType(
  { function: functionTool, custom: customTool, namespace: namespaceTool },
  expected,
);

export type WireTool = z.output<typeof toolSchema>;
export type WireFunctionTool = z.output<typeof functionTool>;
export type WireCustomTool = z.output<typeof customTool>;

const choice = byType(
  {
    function: z.object({ type: z.literal('function'), name, namespace: z.string().nullish() }),
    custom: z.object({ type: z.literal('custom'), name, namespace: z.string().nullish() }),
    allowed_tools: z.object({
      type: z.literal('allowed_tools'),
      mode: z.enum(['auto', 'required'], 'expected "auto" or "required"'),
      tools: listOf(
        z.object({ type: z.string(), name: z.string().nullish(), namespace: z.string().nullish() }),
      ),
    }),
  },
  'expected "auto", "none", "required" or {"type":"function","name":…}',
);

export const toolChoiceSchema = z.union(
  [z.enum(['auto', 'none', 'required']), choice],
  'expected "auto", "none", "required" or {"type":"function","name":…}',
);

export type WireToolChoice = z.output<typeof toolChoiceSchema>;
