import { formatSchema, jsonObjectSchema, listOf, providerMetadataSchema } from '@lakehouse/chat-core';
import { z } from 'zod';
import { itemSchema } from './input-schema.js';
import { toolChoiceSchema, toolSchema } from './tool-schema.js';

// `null` means left out, everywhere. Unknown fields are stripped: clients add some every week.

const text = z.string().nullish();

const format = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_object') }),
    z.object({
      type: z.literal('json_schema'),
      name: text,
      description: text,
      schema: formatSchema.refine((schema) => schema !== 'json', 'expected a JSON Schema'),
      strict: z.boolean().nullish(),
    }),
  ],
  'expected "text", "json_object" or "json_schema"',
);

const reasoning = z.object({
  effort: z
    .enum(
      ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
      'expected "none", "minimal", "low", "medium", "high", "xhigh" or "max"',
    )
    .nullish(),
  summary: text,
  generate_summary: text,
});

/** The body of `POST /v1/responses`. It only checks; `request.ts` translates. */
export const responsesRequestSchema = z.object(
  {
    model: z
      .string()
      .min(1, 'expected the name of a model or a tier')
      .max(512, 'expected a name of at most 512 characters'),
    input: z.union([z.string(), listOf(itemSchema)], 'expected a string or a list of items'),
    instructions: text,
    tools: listOf(toolSchema).nullish(),
    tool_choice: toolChoiceSchema.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    max_output_tokens: z.int().min(1).nullish(),
    temperature: z.number().min(0).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    reasoning: reasoning.nullish(),
    text: z.object({ format: format.nullish(), verbosity: text }).nullish(),
    include: listOf(z.string()).nullish(),
    metadata: jsonObjectSchema.nullish(),
    store: z.boolean().nullish(),
    stream: z.boolean().nullish(),
    provider_options: providerMetadataSchema.nullish(),
    // Not of use here; `parameters.ts` says what becomes of them.
    background: z.boolean().nullish(),
    previous_response_id: text,
    conversation: z.unknown().optional(),
    prompt: z.unknown().optional(),
    truncation: text,
    service_tier: text,
    top_logprobs: z.int().min(0).nullish(),
    prompt_cache_key: text,
    prompt_cache_retention: text,
    safety_identifier: text,
    user: text,
    context_management: z.unknown().optional(),
    stream_options: z.object({ include_obfuscation: z.boolean().nullish() }).nullish(),
  },
  { error: 'expected a JSON object' },
);

export type ResponsesRequest = z.output<typeof responsesRequestSchema>;
