import {
  base64Schema,
  jsonObjectSchema,
  listOf,
  mediaTypeSchema,
  providerMetadataSchema,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import { orUnknown } from './open-type.js';

// `null` means left out, everywhere. Unknown fields, `cache_control` among them, are stripped in silence.

const unknown = z.object({ type: z.literal('unknown'), name: z.string() });
const aBlock = 'expected a block with a "type"';
const aSource = 'expected a source with a "type"';

const text = z.object({ type: z.literal('text'), text: z.string() });
const url = z.object({
  type: z.literal('url'),
  url: z.url('expected an address such as "https://example.com"'),
});
const base64 = z.object({ type: z.literal('base64'), media_type: mediaTypeSchema, data: base64Schema });

const image = z.object({
  type: z.literal('image'),
  source: z.preprocess(
    orUnknown('base64', 'url'),
    z.discriminatedUnion('type', [base64, url, unknown], aSource),
  ),
});

const innerBlock = z.preprocess(
  orUnknown('text', 'image'),
  z.discriminatedUnion('type', [text, image, unknown], aBlock),
);

const document = z.object({
  type: z.literal('document'),
  source: z.preprocess(
    orUnknown('base64', 'text', 'content'),
    z.discriminatedUnion(
      'type',
      [
        base64,
        z.object({ type: z.literal('text'), data: z.string() }),
        z.object({
          type: z.literal('content'),
          content: z.union([z.string(), listOf(innerBlock)], 'expected a string or a list of blocks'),
        }),
        unknown,
      ],
      aSource,
    ),
  ),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: z.object({ enabled: z.boolean().nullish() }).nullish(),
});

const searchResult = z.object({
  type: z.literal('search_result'),
  source: z.string(),
  title: z.string(),
  content: listOf(text),
});

const toolReference = z.object({ type: z.literal('tool_reference'), tool_name: z.string() });

const resultBlock = z.preprocess(
  orUnknown('text', 'image', 'document', 'search_result', 'tool_reference'),
  z.discriminatedUnion('type', [text, image, document, searchResult, toolReference, unknown], aBlock),
);

const toolResult = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string().min(1, 'expected the id of the tool_use that this answers'),
  content: z.union([z.string(), listOf(resultBlock)], 'expected a string or a list of blocks').nullish(),
  is_error: z.boolean().nullish(),
});

const userBlock = z.preprocess(
  orUnknown('text', 'image', 'document', 'search_result', 'tool_result'),
  z.discriminatedUnion('type', [text, image, document, searchResult, toolResult, unknown], aBlock),
);

const toolUse = z.object({
  type: z.literal('tool_use'),
  id: z.string().min(1, 'expected the id of the call'),
  name: z.string().min(1, 'expected the name of the tool'),
  input: jsonObjectSchema.nullish(),
  provider_metadata: providerMetadataSchema.nullish(),
});

const assistantBlock = z.preprocess(
  orUnknown('text', 'thinking', 'redacted_thinking', 'tool_use'),
  z.discriminatedUnion(
    'type',
    [
      text,
      z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().nullish() }),
      z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
      toolUse,
      unknown,
    ],
    aBlock,
  ),
);

const contentOf = <Block extends z.ZodType>(block: Block) =>
  z.union([z.string(), listOf(block)], 'expected a string or a list of blocks');

const textBlock = z.discriminatedUnion('type', [text], 'expected "text": a system prompt holds nothing else');

/** The content of `system`, and of a message of that role. */
export const systemContentSchema = contentOf(textBlock);

/** One of `messages`. */
export const messageSchema = z.discriminatedUnion(
  'role',
  [
    z.object({ role: z.literal('user'), content: contentOf(userBlock) }),
    z.object({ role: z.literal('assistant'), content: contentOf(assistantBlock) }),
    z.object({ role: z.literal('system'), content: systemContentSchema }),
  ],
  'expected "user", "assistant" or "system"',
);

export type AnthropicMessage = z.output<typeof messageSchema>;
export type AnthropicSystem = z.output<typeof systemContentSchema>;
export type AssistantBlock = z.output<typeof assistantBlock>;
export type UserBlock = z.output<typeof userBlock>;
/** What user messages and tool results hold besides results. */
export type ContentBlock = z.output<typeof resultBlock>;
export type ToolResultBlock = z.output<typeof toolResult>;
export type DocumentBlock = z.output<typeof document>;
export type ImageBlock = z.output<typeof image>;
