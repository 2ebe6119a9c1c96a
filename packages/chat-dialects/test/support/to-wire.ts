import type { ChatRequest, ContentPart, Message, ToolCall } from '@lakehouse/chat-core';

const toWirePart = (part: ContentPart): object => {
  if (!('mediaType' in part)) return part;
  const { mediaType, ...rest } = part;
  return { ...rest, media_type: mediaType };
};

const toWireCall = ({ providerMetadata, ...call }: ToolCall): object => ({
  ...call,
  ...(providerMetadata && { provider_metadata: providerMetadata }),
});

const toWireMessage = (message: Message): object => {
  const content = typeof message.content === 'string' ? message.content : message.content.map(toWirePart);
  if (message.role === 'tool') {
    const { toolCallId, ...rest } = message;
    return { ...rest, content, tool_call_id: toolCallId };
  }
  if (message.role !== 'assistant') return { ...message, content };
  const { toolCalls, reasoningSegments, providerMetadata, ...rest } = message;
  return {
    ...rest,
    content,
    ...(toolCalls && { tool_calls: toolCalls.map(toWireCall) }),
    ...(reasoningSegments && { reasoning_segments: reasoningSegments }),
    ...(providerMetadata && { provider_metadata: providerMetadata }),
  };
};

/** A request as a client of the native front would write it. */
export const toWire = (request: ChatRequest): Record<string, unknown> => {
  const { messages, tools, toolChoice, ...rest } = request;
  const renamed = Object.entries(rest).map(([key, value]) => [
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return {
    ...Object.fromEntries(renamed),
    messages: messages.map(toWireMessage),
    ...(tools && { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
    ...(toolChoice !== undefined && {
      tool_choice: typeof toolChoice === 'string' ? toolChoice : { type: 'function', function: toolChoice },
    }),
  };
};
