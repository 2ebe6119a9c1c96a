import {
  type AssistantMessage,
  type ChatRequest,
  type ContentPart,
  type Message,
  parseToolArguments,
} from '@lakehouse/chat-core';
import { encodeCarrier } from '../../src/openai-responses/carrier.js';

const isDefined = (value: unknown): boolean => value !== undefined;

const unique = <T extends { readonly name: string }>(tools: readonly T[]): readonly T[] => [
  ...new Map(tools.map((tool) => [tool.name, tool])).values(),
];

/** What of a message this protocol has no word for: names, and arguments in two forms. */
const toExpressibleMessage = (named: Message): Message => {
  const { name: _, ...message } = named;
  if (message.role !== 'assistant') return message as Message;
  const { content, toolCalls, reasoning: __, reasoningSegments = [], ...rest } = message as AssistantMessage;
  // A stream of pieces, as the protocol carries it.
  const pieces = reasoningSegments.filter(({ text, signature }) => text !== '' || signature !== undefined);
  const reasoning = pieces.map(({ text }) => text).join('');
  const segments: { text: string; signature?: string }[] = [];
  let open = '';
  for (const { text, signature } of pieces) {
    open += text;
    if (signature === undefined) continue;
    segments.push({ text: open, signature });
    open = '';
  }
  if (segments.length > 0 && open !== '') segments.push({ text: open });
  const calls = [...new Map((toolCalls ?? []).map((call) => [call.id, call])).values()];
  return {
    ...rest,
    role: 'assistant',
    content: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
    ...(reasoning !== '' && { reasoning }),
    ...(segments.length > 0 && { reasoningSegments: segments }),
    ...(calls.length > 0 && {
      toolCalls: calls.map((call) => ({
        ...call,
        arguments: typeof call.arguments === 'string' ? parseToolArguments(call.arguments) : call.arguments,
      })),
    }),
  } as Message;
};

/** A request without what the protocol cannot say. */
export const toExpressible = (request: ChatRequest): ChatRequest => {
  const { model, messages, temperature, topP, maxTokens, format, think, tools, toolChoice, ...rest } =
    request;
  const offered = tools && unique(tools);
  const fields = {
    model,
    messages: messages.map(toExpressibleMessage),
    temperature,
    topP,
    maxTokens,
    format,
    think: think === true ? undefined : think,
    tools: offered,
    toolChoice: offered ? toolChoice : undefined,
    parallelToolCalls: rest.parallelToolCalls,
    providerOptions: rest.providerOptions,
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => isDefined(value)),
  ) as unknown as ChatRequest;
};

const toPart = (part: ContentPart): object => {
  if (part.type === 'text') return { type: 'input_text', text: part.text };
  if (part.type === 'file') {
    const { filename, mediaType, data } = part;
    return { type: 'input_file', filename, file_data: `data:${mediaType};base64,${data}` };
  }
  const url = 'url' in part ? part.url : `data:${part.mediaType};base64,${part.data}`;
  return { type: 'input_image', image_url: url };
};

const toContent = (content: string | readonly ContentPart[]): unknown =>
  typeof content === 'string' ? content : content.map(toPart);

const toItems = (message: Message, answer: string): readonly object[] => {
  switch (message.role) {
    case 'system':
    case 'user':
      return [{ type: 'message', role: message.role, content: toContent(message.content) }];
    case 'tool':
      return [
        { type: 'function_call_output', call_id: message.toolCallId, output: toContent(message.content) },
      ];
    case 'assistant': {
      const { reasoning, reasoningSegments, toolCalls = [], providerMetadata } = message;
      const carrier = encodeCarrier({
        answer,
        reasoning: reasoningSegments ?? (reasoning === undefined ? [] : [{ text: reasoning }]),
        ...(providerMetadata && { metadata: providerMetadata }),
        calls: toolCalls.flatMap((call) =>
          call.providerMetadata ? [{ id: call.id, metadata: call.providerMetadata }] : [],
        ),
      });
      return [
        { type: 'reasoning', id: `rs_${answer}_0`, summary: [], encrypted_content: carrier },
        {
          type: 'message',
          id: `msg_${answer}_1`,
          role: 'assistant',
          content: [{ type: 'output_text', text: message.content, annotations: [] }],
        },
        ...toolCalls.map((call, index) => ({
          type: 'function_call',
          id: `fc_${answer}_${index + 2}`,
          call_id: call.id,
          name: call.name,
          arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
        })),
      ];
    }
  }
};

const toFormat = (format: ChatRequest['format']): object | undefined => {
  if (format === undefined) return undefined;
  return format === 'json' ? { type: 'json_object' } : { type: 'json_schema', name: 'x', schema: format };
};

/** A request as a client of this protocol would write it, and the request that has to come of it. */
export const toResponsesBody = (
  request: ChatRequest,
): { readonly body: object; readonly expected: ChatRequest } => {
  const { toolChoice, tools, think } = request;
  const effort = think === false ? 'none' : think;
  return {
    body: {
      model: request.model,
      input: request.messages.flatMap((message, index) => toItems(message, `turn-${index}`)),
      temperature: request.temperature,
      top_p: request.topP,
      max_output_tokens: request.maxTokens,
      parallel_tool_calls: request.parallelToolCalls,
      provider_options: request.providerOptions,
      ...(effort !== undefined && { reasoning: { effort } }),
      ...(request.format !== undefined && { text: { format: toFormat(request.format) } }),
      ...(tools && { tools: tools.map((tool) => ({ type: 'function', ...tool })) }),
      ...(toolChoice !== undefined && {
        tool_choice: typeof toolChoice === 'string' ? toolChoice : { type: 'function', ...toolChoice },
      }),
    },
    expected: request,
  };
};
