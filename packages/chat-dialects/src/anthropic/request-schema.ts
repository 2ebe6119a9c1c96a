import { formatSchema, jsonObjectSchema, listOf } from '@lakehouse/chat-core';
import { z } from 'zod';
import { messageSchema, systemContentSchema } from './block-schema.js';
import { isObject } from './open-type.js';

/** A tool without a type is the client's own; one of any other type belongs to Anthropic's servers or models. */
const toToolKind = (value: unknown): unknown => {
  if (!isObject(value)) return value;
  if (value.type == null) return { ...value, type: 'custom' };
  return typeof value.type === 'string' && value.type !== 'custom'
    ? { type: 'server', serverType: value.type, name: typeof value.name === 'string' ? value.name : '' }
    : value;
};

const tool = z.preprocess(
  toToolKind,
  z.discriminatedUnion(
    'type',
    [
      z.object({
        type: z.literal('custom'),
        name: z.string().min(1, 'expected the name of the tool'),
        description: z.string().nullish(),
        input_schema: jsonObjectSchema,
        strict: z.boolean().nullish(),
      }),
      z.object({ type: z.literal('server'), serverType: z.string(), name: z.string() }),
    ],
    'expected a tool with "name" and "input_schema"',
  ),
);

const oneAtATime = { disable_parallel_tool_use: z.boolean().nullish() };

const toolChoice = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('auto'), ...oneAtATime }),
    z.object({ type: z.literal('any'), ...oneAtATime }),
    z.object({ type: z.literal('none') }),
    z.object({
      type: z.literal('tool'),
      name: z.string().min(1, 'expected the name of a tool'),
      ...oneAtATime,
    }),
  ],
  'expected "auto", "any", "tool" or "none"',
);

const display = { display: z.string().nullish() };

const thinking = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('enabled'), budget_tokens: z.int().min(1).nullish(), ...display }),
    z.object({ type: z.literal('adaptive'), ...display }),
    z.object({ type: z.literal('disabled') }),
    z.object({ type: z.literal('between_tools') }), // off, but for remarks that models here do not make
  ],
  'expected "enabled", "adaptive", "between_tools" or "disabled"',
);

const answerFormat = z.object({
  type: z.literal('json_schema', 'expected "json_schema"'),
  schema: formatSchema.refine((schema) => schema !== 'json', 'expected a JSON Schema'),
});

/** The body of `POST /v1/messages`. It only checks; `request.ts` translates. */
export const anthropicRequestSchema = z.object(
  {
    model: z
      .string()
      .min(1, 'expected the name of a model or a tier')
      .max(512, 'expected a name of at most 512 characters'),
    max_tokens: z.int().min(1),
    messages: listOf(messageSchema, { least: 1 }),
    system: systemContentSchema.nullish(),
    tools: listOf(tool).nullish(),
    tool_choice: toolChoice.nullish(),
    stop_sequences: listOf(z.string().min(1, 'expected a text that is not empty')).nullish(),
    temperature: z.number().min(0).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    top_k: z.int().min(0).nullish(),
    stream: z.boolean().nullish(),
    thinking: thinking.nullish(),
    output_config: z
      .object({
        effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
        format: answerFormat.nullish(),
      })
      .nullish(),
    /** The earlier place of `output_config.format`. */
    output_format: answerFormat.nullish(),
    metadata: z.object({ user_id: z.string().nullish() }).nullish(),
    service_tier: z.string().nullish(),
    speed: z.string().nullish(),
    inference_geo: z.string().nullish(),
    container: z.union([z.string(), jsonObjectSchema], 'expected a string or an object').nullish(),
    mcp_servers: listOf(jsonObjectSchema).nullish(),
    context_management: jsonObjectSchema.nullish(),
    fallbacks: z.union([z.string(), listOf(jsonObjectSchema)], 'expected a string or a list').nullish(),
    thread: jsonObjectSchema.nullish(),
    compaction: jsonObjectSchema.nullish(),
  },
  { error: 'expected a JSON object' },
);

export type AnthropicRequest = z.output<typeof anthropicRequestSchema>;
