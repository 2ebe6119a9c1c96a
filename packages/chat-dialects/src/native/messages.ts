import {
  type AssistantMessage,
  type ContentPart,
  type Message,
  parseToolArguments,
  type TextPart,
  type ToolCall,
} from '@lakehouse/chat-core';
import { present } from '../present.js';
import type { NativeMessage, NativePart, NativeToolCall } from './request-schema.js';

const toPart = (part: NativePart): ContentPart => {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return part.url != null
        ? { type: 'image', url: part.url }
        : { type: 'image', data: part.data ?? '', mediaType: part.media_type ?? '' };
    case 'file':
      return {
        type: 'file',
        data: part.data,
        mediaType: part.media_type,
        ...present({ filename: part.filename }),
      };
  }
};

const toContent = (content: string | readonly NativePart[]): string | readonly ContentPart[] =>
  typeof content === 'string' ? content : content.map(toPart);

const toTextContent = (
  content: string | readonly TextPart[] | null | undefined,
): string | readonly TextPart[] =>
  typeof content === 'object' && content !== null
    ? content.map(({ text }): TextPart => ({ type: 'text', text }))
    : (content ?? '');

/** Under `function` they are JSON text; our own are an object, or text that was no object when it was answered. */
const toToolCall = (call: NativeToolCall): ToolCall => {
  const text = call.function?.arguments;
  return {
    id: call.id,
    name: call.function?.name ?? call.name ?? '',
    arguments: (typeof text === 'string' ? parseToolArguments(text) : text) ?? call.arguments ?? {},
    ...present({ providerMetadata: call.provider_metadata }),
  };
};

const toAssistant = (message: Extract<NativeMessage, { role: 'assistant' }>): AssistantMessage => ({
  role: 'assistant',
  content: toTextContent(message.content),
  ...present({
    reasoning: message.reasoning,
    reasoningSegments: message.reasoning_segments?.map(({ text, signature }) => ({
      text,
      ...present({ signature }),
    })),
    toolCalls: message.tool_calls?.map(toToolCall),
    providerMetadata: message.provider_metadata,
  }),
});

const withoutName = (message: NativeMessage): Message => {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: toTextContent(message.content) };
    case 'user':
      return { role: 'user', content: toContent(message.content) };
    case 'assistant':
      return toAssistant(message);
    case 'tool':
      return { role: 'tool', content: toContent(message.content), toolCallId: message.tool_call_id };
  }
};

/** A checked message of the wire as one of the contract. */
export const toMessage = (message: NativeMessage): Message =>
  message.name == null ? withoutName(message) : { ...withoutName(message), name: message.name };
