import { listOf } from '@lakehouse/chat-core';
import { z } from 'zod';
import { fileSchema, imageSchema } from '../media.js';
import { byType } from './by-type.js';
import { toolSchema } from './tool-schema.js';

const text = (type: string) =>
  z.object({ type: z.literal(type).transform(() => 'text' as const), text: z.string() });

const part = byType(
  {
    input_text: text('input_text'),
    output_text: text('output_text'),
    summary_text: text('summary_text'),
    reasoning_text: text('reasoning_text'),
    text: text('text'),
    refusal: z.object({ type: z.literal('refusal'), refusal: z.string() }),
    input_image: z.object({
      type: z.literal('input_image'),
      image_url: imageSchema.nullish(),
      file_id: z.string().nullish(),
      detail: z.string().nullish(),
    }),
    input_file: z.object({
      type: z.literal('input_file'),
      file_data: fileSchema.shape.file_data,
      file_id: z.string().nullish(),
      file_url: z.string().nullish(),
      filename: z.string().nullish(),
    }),
  },
  'expected a part with a "type", such as "input_text"',
);

const content = z.union([z.string(), listOf(part)], 'expected a string or a list of parts');
const id = z.string().nullish();
const callId = z.string('expected the id of the call').min(1, 'expected the id of the call');
const name = z.string().min(1, 'expected a name');
const output = <Type extends string>(type: Type) =>
  z.object({ type: z.literal(type), call_id: callId, output: content });

/** An item of `input`. One without a type is a message, as long as it has a role. */
export const itemSchema = byType(
  {
    message: z.object({
      type: z.literal('message'),
      role: z.enum(
        ['user', 'assistant', 'system', 'developer'],
        'expected "user", "assistant", "system" or "developer"; the result of a tool is a function_call_output',
      ),
      content,
      id,
    }),
    function_call: z.object({
      type: z.literal('function_call'),
      call_id: callId,
      name,
      namespace: z.string().nullish(),
      arguments: z.string('expected JSON text'),
      id,
    }),
    custom_tool_call: z.object({
      type: z.literal('custom_tool_call'),
      call_id: callId,
      name,
      namespace: z.string().nullish(),
      input: z.string(),
      id,
    }),
    function_call_output: output('function_call_output'),
    custom_tool_call_output: output('custom_tool_call_output'),
    reasoning: z.object({
      type: z.literal('reasoning'),
      summary: listOf(part).nullish(),
      content: listOf(part).nullish(),
      encrypted_content: z.string().nullish(),
    }),
    item_reference: z.object({ type: z.literal('item_reference') }),
    compaction: z.object({ type: z.literal('compaction') }),
    // Codex gives models that run code their tools so.
    additional_tools: z.object({ type: z.literal('additional_tools'), tools: listOf(toolSchema) }),
  },
  'expected a "type", or a "role" and "content"',
  ({ role }) => (role === undefined ? undefined : 'message'),
);

export type WireItem = z.output<typeof itemSchema>;
export type WirePart = z.output<typeof part>;
export type WireContent = z.output<typeof content>;
