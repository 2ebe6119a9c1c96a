import { ChatError, type ContentPart, type JsonObject, type Message } from '@lakehouse/chat-core';
import { pluginName } from './options.js';

/** One part of a turn. Parts that the courier does not carry are refused, those of a later 1.x too. */
const toPart = (part: ContentPart, role: Message['role'], path: string, provider: string): JsonObject => {
  if (part.type === 'text') return { text: part.text };
  if (part.type === 'image' && 'data' in part && role === 'user') {
    return { image: part.data, media: part.mediaType };
  }
  const message = `${provider} takes text, and images of users with their data`;
  throw new ChatError('unsupported', message, { provider, path });
};

const contentOf = ({ content, role }: Message, path: string, provider: string): JsonObject =>
  typeof content === 'string'
    ? { text: content }
    : {
        parts: content.map((part: ContentPart, index) =>
          toPart(part, role, `${path}.content[${index}]`, provider),
        ),
      };

/** What only an earlier answer of the model has, with the seals that the upstream wants back. */
const answerOf = (message: Message): JsonObject => {
  if (message.role !== 'assistant') return {};
  const { reasoning, reasoningSegments, toolCalls, providerMetadata } = message;
  const thoughts = reasoningSegments?.map(({ text, signature }) => ({ thinking: text, seal: signature }));
  return {
    thoughts: thoughts ?? (reasoning === undefined ? undefined : [{ thinking: reasoning }]),
    calls: toolCalls?.map(({ id, name, arguments: input, providerMetadata: own }) => ({
      id,
      name,
      arguments: input,
      ...own?.[pluginName],
    })),
    ...providerMetadata?.[pluginName],
  };
};

/** One message as the upstream takes it. */
export const toTurn = (message: Message, index: number, provider: string): JsonObject => ({
  who: message.role,
  name: message.name,
  ...contentOf(message, `messages[${index}]`, provider),
  ...(message.role === 'tool' && { call: message.toolCallId }),
  ...answerOf(message),
});
