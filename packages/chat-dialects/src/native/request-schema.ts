import {
  base64Schema,
  formatSchema,
  jsonObjectSchema,
  listOf,
  mediaTypeSchema,
  providerMetadataSchema,
} from '@lakehouse/chat-core';
import { z } from 'zod';

// `null` means left out, everywhere. Unknown fields are stripped here; `unknown-fields.ts` reports them.

const text = z.object({ type: z.literal('text'), text: z.string() });

const image = z
  .object({
    type: z.literal('image'),
    data: base64Schema.nullish(),
    media_type: mediaTypeSchema.nullish(),
    url: z.url('expected an address such as "https://example.com/image.png"').nullish(),
  })
  .check(({ value, issues }) => {
    const fault = (path: PropertyKey[], message: string): void => {
      issues.push({ code: 'custom', input: value, path, message });
    };
    if (value.url != null) {
      if (value.data != null) fault([], 'expected either data with media_type, or url, not both');
    } else if (value.data == null) fault([], 'expected data with media_type, or url');
    else if (value.media_type == null) fault(['media_type'], 'expected a media type such as "image/png"');
  });

const file = z.object({
  type: z.literal('file'),
  data: base64Schema,
  media_type: mediaTypeSchema,
  filename: z.string().nullish(),
});

const part = z.discriminatedUnion('type', [text, image, file], 'expected "text", "image" or "file"');
const textPart = z.discriminatedUnion(
  'type',
  [text],
  'expected "text": only user and tool messages hold other parts',
);
const content = z.union([z.string(), listOf(part)], 'expected a string or a list of parts');
const textContent = z.union([z.string(), listOf(textPart)], 'expected a string or a list of text parts');
const name = z.string().min(1, 'expected a name');
const argumentsOrText = z.union([z.string(), jsonObjectSchema], 'expected JSON text or an object');

/** A tool call, either with its parts under `function` or as this front's own answers do. */
const toolCall = z
  .object({
    id: z.string().min(1, 'expected the id of the tool call'),
    type: z.literal('function', 'expected "function"').nullish(),
    function: z.object({ name, arguments: argumentsOrText.nullish() }).nullish(),
    name: name.nullish(),
    arguments: argumentsOrText.nullish(),
    provider_metadata: providerMetadataSchema.nullish(),
  })
  .refine((call) => (call.function == null) !== (call.name == null), {
    error: 'expected either "function" with a name, or "name" and "arguments"',
  });

const toolCallId = z.string({ error: 'expected the id of the tool call that this message answers' }).min(1);

const message = z.discriminatedUnion(
  'role',
  [
    z.object({ role: z.enum(['system', 'developer']), content: textContent, name: z.string().nullish() }),
    z.object({ role: z.literal('user'), content, name: z.string().nullish() }),
    z
      .object({
        role: z.literal('assistant'),
        content: textContent.nullish(),
        name: z.string().nullish(),
        reasoning: z.string().nullish(),
        reasoning_segments: listOf(z.object({ text: z.string(), signature: z.string().nullish() })).nullish(),
        tool_calls: listOf(toolCall).nullish(),
        provider_metadata: providerMetadataSchema.nullish(),
      })
      .refine(({ content, tool_calls: calls }) => content != null || (calls != null && calls.length > 0), {
        path: ['content'],
        error: 'expected a string or a list of text parts; only a message with tool_calls may do without',
      }),
    z.object({ role: z.literal('tool'), content, tool_call_id: toolCallId, name: z.string().nullish() }),
  ],
  'expected "system", "developer", "user", "assistant" or "tool"',
);

const tool = z.object({
  type: z.literal('function', 'expected "function"').nullish(),
  function: z.object({
    name,
    description: z.string().nullish(),
    parameters: jsonObjectSchema.nullish(),
    strict: z.boolean().nullish(),
  }),
});

const stopText = z.string().min(1, 'expected a text that is not empty');

/** The body of `POST /v1/chat`. It only checks; `request.ts` translates. */
export const nativeRequestSchema = z.object(
  {
    model: z
      .string()
      .min(1, 'expected the name of a model or a tier')
      .max(512, 'expected a name of at most 512 characters'),
    messages: listOf(message, { least: 1 }),
    temperature: z.number().min(0).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    top_k: z.int().min(0).nullish(),
    seed: z.int().nullish(),
    stop: z.union([stopText, listOf(stopText)], 'expected a string or a list of strings').nullish(),
    max_tokens: z.int().min(1).nullish(),
    presence_penalty: z.number().min(-2).max(2).nullish(),
    frequency_penalty: z.number().min(-2).max(2).nullish(),
    format: formatSchema.nullish(),
    think: z
      .union(
        [z.boolean(), z.enum(['low', 'medium', 'high'])],
        'expected a boolean, "low", "medium" or "high"',
      )
      .nullish(),
    tools: listOf(tool).nullish(),
    tool_choice: z
      .union(
        [
          z.enum(['auto', 'none', 'required']),
          z.object({
            type: z.literal('function', 'expected "function"').nullish(),
            function: z.object({ name }),
          }),
        ],
        'expected "auto", "none", "required" or {"type":"function","function":{"name":…}}',
      )
      .nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    stream: z.boolean().nullish(),
    strict: z.boolean().nullish(),
    provider_options: providerMetadataSchema.nullish(),
  },
  { error: 'expected a JSON object' },
);

export type NativeRequest = z.output<typeof nativeRequestSchema>;
export type NativeMessage = z.output<typeof message>;
export type NativePart = z.output<typeof part>;
export type NativeTool = z.output<typeof tool>;
export type NativeToolCall = z.output<typeof toolCall>;
