import {
  ChatError,
  jsonObjectSchema,
  listOf,
  type Message,
  providerMetadataSchema,
  type ToolCall,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import { present } from '../present.js';
import { imageSchema, toContent } from './images.js';
import { unsupported } from './shared-fields.js';
import { ToolCallIds } from './tool-call-ids.js';

const text = z.string().nullish();

const toolCall = z.object({
  id: text,
  function: z.object({
    name: z.string().min(1, 'expected the name of the function'),
    arguments: jsonObjectSchema.nullish(),
  }),
  provider_metadata: providerMetadataSchema.nullish(),
});

const roles = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

/**
 * A message. `reasoning_segments` and `provider_metadata` are this front's own: an answer carries them, and a client that
 * sends its message back as it came makes reasoning survive that a provider has signed.
 */
export const messageSchema = z.object({
  role: z
    .string()
    .transform((role) => role.toLowerCase())
    .pipe(z.enum(roles, 'expected "system", "developer", "user", "assistant" or "tool"')),
  content: text,
  thinking: text,
  images: listOf(imageSchema).nullish(),
  tool_calls: listOf(toolCall).nullish(),
  tool_name: text,
  name: text, // what older examples call tool_name
  tool_call_id: text,
  reasoning_segments: listOf(z.object({ text: z.string(), signature: text })).nullish(),
  provider_metadata: providerMetadataSchema.nullish(),
});

type WireMessage = z.output<typeof messageSchema>;

/** Nothing where a client writes an empty value for something that is not there. */
const some = <T extends string | readonly unknown[]>(value: T | null | undefined): T | undefined =>
  value == null || value.length === 0 ? undefined : value;

const assertRole = (message: WireMessage, path: string): void => {
  const { role } = message;
  const isAssistant = role === 'assistant';
  for (const field of ['thinking', 'tool_calls'] as const) {
    if (isAssistant || !some<string | readonly unknown[]>(message[field])) continue;
    const rule = 'only a message of role "assistant" has it';
    throw new ChatError('invalid-request', `${path}.${field}: ${rule}`, { path: `${path}.${field}` });
  }
  if (some(message.images) && role !== 'user' && role !== 'tool') {
    throw unsupported(`${path}.images`, 'only messages of role "user" and "tool" hold images');
  }
};

const toToolCalls = ({ tool_calls: calls }: WireMessage, place: number, ids: ToolCallIds) =>
  some(calls)?.map(
    ({ id, function: { name, arguments: given }, provider_metadata }, index): ToolCall => ({
      id: ids.add(some(id), name, `${place}_${index}`),
      name,
      arguments: given ?? {},
      ...present({ providerMetadata: provider_metadata }),
    }),
  );

const toMessage = (message: WireMessage, place: number, ids: ToolCallIds): Message => {
  const content = message.content ?? '';
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content };
    case 'user':
      return { role: 'user', content: toContent(content, some(message.images), `messages[${place}].images`) };
    case 'tool': {
      const name = some(message.tool_name) ?? some(message.name);
      return {
        role: 'tool',
        content: toContent(content, some(message.images), `messages[${place}].images`),
        toolCallId: ids.answer({ id: some(message.tool_call_id), name }, `${place}_0`),
        ...present({ name }),
      };
    }
    case 'assistant':
      return {
        role: 'assistant',
        content,
        ...present({
          reasoning: some(message.thinking),
          reasoningSegments: some(message.reasoning_segments)?.map((segment) => ({
            text: segment.text,
            ...present({ signature: segment.signature }),
          })),
          toolCalls: toToolCalls(message, place, ids),
          providerMetadata: message.provider_metadata,
        }),
      };
  }
};

/** The messages of `/api/chat` as those of the contract. Throws `invalid-request` and `unsupported`. */
export const toMessages = (messages: readonly WireMessage[]): readonly Message[] => {
  const given = messages.flatMap((message) => [
    ...(message.tool_calls ?? []).flatMap(({ id }) => some(id) ?? []),
    ...(some(message.tool_call_id) === undefined ? [] : [message.tool_call_id ?? '']),
  ]);
  const ids = new ToolCallIds(given);
  return messages.map((message, index) => {
    assertRole(message, `messages[${index}]`);
    // A client that keeps each line of a stream as a message has several of them in one turn.
    if (message.role === 'assistant' && messages[index - 1]?.role !== 'assistant') ids.beginTurn();
    return toMessage(message, index, ids);
  });
};
