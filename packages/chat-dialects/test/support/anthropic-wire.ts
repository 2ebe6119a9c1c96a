import type { ChatRequest, ContentPart, Message, ReasoningSegment } from '@lakehouse/chat-core';

const toWirePart = (part: ContentPart): object => {
  if (part.type === 'text') return part;
  if ('url' in part) return { type: 'image', source: { type: 'url', url: part.url } };
  const source = { type: 'base64', media_type: part.mediaType, data: part.data };
  if (part.type === 'image') return { type: 'image', source };
  return { type: 'document', source, ...(part.filename !== undefined && { title: part.filename }) };
};

const toWireContent = (content: string | readonly ContentPart[]): unknown =>
  typeof content === 'string' ? content : content.map(toWirePart);

const toWireMessage = (message: Message): object => {
  switch (message.role) {
    case 'tool': {
      const content = toWireContent(message.content);
      return {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: message.toolCallId, content, is_error: false }],
      };
    }
    case 'assistant': {
      const segments =
        message.reasoningSegments ?? (message.reasoning === undefined ? [] : [{ text: message.reasoning }]);
      return {
        role: 'assistant',
        content: [
          ...segments.map(({ text, signature }: ReasoningSegment) => ({
            type: 'thinking',
            thinking: text,
            signature,
          })),
          { type: 'text', text: message.content },
          ...(message.toolCalls ?? []).map((call) => ({
            type: 'tool_use',
            id: call.id,
            name: call.name,
            input:
              typeof call.arguments === 'string' ? { unparsed_arguments: call.arguments } : call.arguments,
            provider_metadata: call.providerMetadata,
          })),
        ],
      };
    }
    default:
      return { role: message.role, content: toWireContent(message.content) };
  }
};

const toWireThinking = (think: ChatRequest['think']): object => {
  if (think === undefined) return {};
  if (typeof think === 'string') return { thinking: { type: 'adaptive' }, output_config: { effort: think } };
  return { thinking: { type: think ? 'enabled' : 'disabled' } };
};

const toWireChoice = ({ toolChoice, parallelToolCalls }: ChatRequest): object => {
  if (toolChoice === undefined) return {};
  const choice =
    typeof toolChoice === 'object'
      ? { type: 'tool', ...toolChoice }
      : { type: toolChoice === 'required' ? 'any' : toolChoice };
  const single = parallelToolCalls === undefined ? {} : { disable_parallel_tool_use: !parallelToolCalls };
  return { tool_choice: { ...choice, ...single } };
};

/** A request as a client of this front would write it. */
export const toWire = (request: ChatRequest): Record<string, unknown> => {
  const [first, ...rest] = request.messages;
  const leads = first?.role === 'system' && first.content.length > 0 && rest.length > 0;
  const thinking = toWireThinking(request.think);
  const format = request.format && { output_format: { type: 'json_schema', schema: request.format } };
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    ...(leads && { system: first.content }),
    messages: (leads ? rest : request.messages).map(toWireMessage),
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    stop_sequences: request.stop,
    ...format,
    ...thinking,
    tools: request.tools?.map(({ parameters, ...tool }) => ({ ...tool, input_schema: parameters })),
    ...toWireChoice(request),
  };
};
