import { listOf } from '@lakehouse/chat-core';
import { z } from 'zod';
import { fileSchema, imageSchema } from '../media.js';
import { reasoningDetailSchema } from './reasoning-details.js';

// `null` means left out, everywhere. Unknown fields are stripped: clients add new ones every week.

const text = z.object({ type: z.literal('text'), text: z.string() });
const part = z.discriminatedUnion(
  'type',
  [
    text,
    z.object({ type: z.literal('image_url'), image_url: imageSchema }),
    z.object({ type: z.literal('file'), file: fileSchema }),
    z.object({ type: z.literal('input_audio') }),
  ],
  'expected "text", "image_url" or "file"',
);
const textPart = z.discriminatedUnion(
  'type',
  [text],
  'expected "text": only user and tool messages hold other parts',
);
const spokenPart = z.discriminatedUnion(
  'type',
  [text, z.object({ type: z.literal('refusal'), refusal: z.string() })],
  'expected "text" or "refusal": only user and tool messages hold other parts',
);

const content = z.union([z.string(), listOf(part)], 'expected a string or a list of parts');
const textContent = z.union([z.string(), listOf(textPart)], 'expected a string or a list of text parts');
const spokenContent = z.union([z.string(), listOf(spokenPart)], 'expected a string or a list of text parts');
const name = z.string().nullish();

const toolCall = z.discriminatedUnion(
  'type',
  [
    z.object({
      // Some clients leave the type out.
      type: z.literal('function').nullish(),
      id: z.string().min(1, 'expected the id of the tool call'),
      function: z.object({
        name: z.string().min(1, 'expected a name'),
        arguments: z.string('expected JSON text').nullish(),
      }),
    }),
    z.object({ type: z.literal('custom') }),
  ],
  'expected "function"',
);

/** What an assistant message may say instead of content. */
const otherSayings = [
  'tool_calls',
  'refusal',
  'function_call',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
] as const;

const isSaid = (value: unknown): boolean => value != null && !(Array.isArray(value) && value.length === 0);

const assistant = z
  .object({
    role: z.literal('assistant'),
    content: spokenContent.nullish(),
    refusal: z.string().nullish(),
    name,
    tool_calls: listOf(toolCall).nullish(),
    function_call: z.unknown().optional(),
    audio: z.unknown().optional(),
    reasoning_content: z.string().nullish(),
    reasoning: z.string().nullish(),
    reasoning_details: listOf(reasoningDetailSchema).nullish(),
  })
  .refine((message) => message.content != null || otherSayings.some((name) => isSaid(message[name])), {
    path: ['content'],
    error: 'expected a string or a list of text parts; only a message with tool_calls may do without',
  });

const toolCallId = z.string({ error: 'expected the id of the tool call that this message answers' }).min(1);

/** A message of `POST /v1/chat/completions`. */
export const messageSchema = z.discriminatedUnion(
  'role',
  [
    z.object({ role: z.enum(['system', 'developer']), content: textContent, name }),
    z.object({ role: z.literal('user'), content, name }),
    assistant,
    z.object({ role: z.literal('tool'), content, tool_call_id: toolCallId, name }),
  ],
  {
    error: ({ input }) =>
      (input as { role?: unknown } | undefined)?.role === 'function'
        ? 'the role "function" is not supported; send role "tool" with tool_call_id'
        : 'expected "system", "developer", "user", "assistant" or "tool"',
  },
);

export type OpenaiMessage = z.output<typeof messageSchema>;
export type OpenaiPart = z.output<typeof part>;
export type OpenaiToolCall = z.output<typeof toolCall>;
