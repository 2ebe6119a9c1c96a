import type { ChatRequest, ContentPart, JsonObject, Message } from '@lakehouse/chat-core';

const textOf = (content: string | readonly ContentPart[]): string =>
  typeof content === 'string'
    ? content
    : content.map((part) => (part.type === 'text' ? part.text : '')).join('');

const imagesOf = (content: string | readonly ContentPart[]): object => {
  if (typeof content === 'string') return {};
  const images = content.flatMap((part) => ('data' in part ? [part.data] : []));
  return images.length > 0 ? { images } : {};
};

const toWireMessage = (message: Message): object => {
  const base = { role: message.role, content: textOf(message.content), ...imagesOf(message.content) };
  if (message.role === 'tool') {
    return { ...base, tool_call_id: message.toolCallId, ...(message.name && { tool_name: message.name }) };
  }
  if (message.role !== 'assistant') return base;
  const { reasoning, reasoningSegments, toolCalls, providerMetadata } = message;
  return {
    ...base,
    ...(reasoning !== undefined && { thinking: reasoning }),
    ...(reasoningSegments && { reasoning_segments: reasoningSegments }),
    ...(providerMetadata && { provider_metadata: providerMetadata }),
    ...(toolCalls && {
      tool_calls: toolCalls.map(({ id, name, arguments: given, providerMetadata: metadata }) => ({
        id,
        function: { name, arguments: given },
        ...(metadata && { provider_metadata: metadata }),
      })),
    }),
  };
};

/** A request as a client of `/api/chat` would write it. */
export const toOllamaWire = (request: ChatRequest): Record<string, unknown> => {
  const own = (request.providerOptions?.ollama ?? {}) as { options?: JsonObject } & JsonObject;
  const options = {
    ...own.options,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    seed: request.seed,
    stop: request.stop,
    num_predict: request.maxTokens,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
  };
  return {
    ...own,
    model: request.model,
    messages: request.messages.map(toWireMessage),
    ...(request.format !== undefined && { format: request.format }),
    ...(request.think !== undefined && { think: request.think }),
    ...(request.tools && { tools: request.tools.map((tool) => ({ type: 'function', function: tool })) }),
    options,
  };
};
