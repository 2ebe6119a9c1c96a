import type { AssistantMessage, ChatRequest, ContentPart, Message, Tool } from '@lakehouse/chat-core';

const format = 'lakehouse-provider-metadata-v1';

const toPart = (part: ContentPart): object => {
  if (part.type === 'text') return part;
  const inline = 'data' in part ? `data:${part.mediaType};base64,${part.data}` : undefined;
  if (part.type === 'image')
    return { type: 'image_url', image_url: { url: inline ?? ('url' in part ? part.url : '') } };
  return { type: 'file', file: { file_data: inline, filename: part.filename } };
};

const toAssistant = (message: AssistantMessage, content: unknown): object => {
  const { reasoning, reasoningSegments = [], toolCalls = [], providerMetadata, name } = message;
  const details = [
    ...reasoningSegments.map((segment) => ({ type: 'reasoning.text', ...segment })),
    ...(providerMetadata
      ? [{ type: 'reasoning.encrypted', format, data: JSON.stringify(providerMetadata) }]
      : []),
    ...toolCalls.flatMap(({ id, providerMetadata: own }) =>
      own ? [{ type: 'reasoning.encrypted', format, id, data: JSON.stringify(own) }] : [],
    ),
  ];
  return {
    role: 'assistant',
    name,
    content: content === '' && toolCalls.length > 0 ? null : content,
    reasoning_content: reasoning,
    reasoning_details: details.length === 0 ? undefined : details,
    tool_calls: message.toolCalls?.map((call) => ({
      id: call.id,
      type: 'function',
      function: {
        name: call.name,
        arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
      },
    })),
  };
};

const toMessage = (message: Message): object => {
  const content = typeof message.content === 'string' ? message.content : message.content.map(toPart);
  if (message.role === 'assistant') return toAssistant(message, content);
  if (message.role !== 'tool') return { ...message, content };
  const { toolCallId, ...rest } = message;
  return { ...rest, content, tool_call_id: toolCallId };
};

const toFormat = (wanted: ChatRequest['format']): object | undefined => {
  if (wanted === undefined) return undefined;
  if (wanted === 'json') return { type: 'json_object' };
  return { type: 'json_schema', json_schema: { name: 'answer', schema: wanted, strict: true } };
};

const toTool = (tool: Tool): object => ({ type: 'function', function: tool });

/** A request as a client of OpenAI's API would write it. */
export const toOpenaiWire = (request: ChatRequest): Record<string, unknown> => {
  const { toolChoice: choice, think } = request;
  return JSON.parse(
    JSON.stringify({
      model: request.model,
      messages: request.messages.map(toMessage),
      temperature: request.temperature,
      top_p: request.topP,
      top_k: request.topK,
      seed: request.seed,
      stop: request.stop,
      max_completion_tokens: request.maxTokens,
      presence_penalty: request.presencePenalty,
      frequency_penalty: request.frequencyPenalty,
      response_format: toFormat(request.format),
      reasoning_effort: think === false ? 'none' : think,
      tools: request.tools?.map(toTool),
      tool_choice: typeof choice === 'object' ? { type: 'function', function: choice } : choice,
      parallel_tool_calls: request.parallelToolCalls,
      provider_options: request.providerOptions,
    }),
  ) as Record<string, unknown>;
};
