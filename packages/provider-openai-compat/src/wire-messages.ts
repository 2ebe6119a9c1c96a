import { createHash } from 'node:crypto';
import type {
  AssistantMessage,
  ChatRequest,
  ContentPart,
  JsonObject,
  Message,
  TextPart,
  ToolCall,
} from '@lakehouse/chat-core';
import { readMetadata } from './metadata.js';
import type { ParameterReport } from './parameter-report.js';
import type { Quirks } from './quirks.js';
import { toReasoningReplay } from './reasoning.js';

/** What the mapping of messages depends on. */
export interface MessageContext {
  readonly quirks: Quirks;
  readonly report: ParameterReport;
  readonly think: ChatRequest['think'];
}

const isText = (part: ContentPart): part is TextPart => part.type === 'text';

/** The text of it; other parts of a tool's result have their place elsewhere. */
const toText = (content: string | readonly ContentPart[]): string =>
  typeof content === 'string'
    ? content
    : content
        .filter(isText)
        .map(({ text }) => text)
        .join('\n');

const toDataUri = (mediaType: string, data: string): string => `data:${mediaType};base64,${data}`;

/** One part; `path` is for error messages. Throws `unsupported`. */
export const toPart = (part: ContentPart, path: string, { quirks, report }: MessageContext): JsonObject => {
  if (part.type === 'text') return { type: 'text', text: part.text };
  if (part.type === 'image') {
    if (!quirks.images) report.refuse(path, `${path}: this server takes no images`);
    const url = 'url' in part ? part.url : toDataUri(part.mediaType, part.data);
    return { type: 'image_url', image_url: { url } };
  }
  if (!quirks.files) report.refuse(path, `${path}: this server takes no files`);
  const filename = part.filename ?? `file.${part.mediaType.split('/')[1] ?? 'bin'}`;
  return { type: 'file', file: { filename, file_data: toDataUri(part.mediaType, part.data) } };
};

const toContent = (
  content: string | readonly ContentPart[],
  index: number,
  context: MessageContext,
): string | readonly JsonObject[] => {
  if (typeof content === 'string') return content;
  if (content.every(isText)) return toText(content);
  return content.map((part, place) => toPart(part, `messages[${index}].content[${place}]`, context));
};

/** Mistral's nine characters, the same for the same id, so that results still find their call. */
const toCallId = (id: string, { quirks }: MessageContext): string =>
  quirks.toolCallIds === 'any' || /^[a-zA-Z0-9]{9}$/.test(id)
    ? id
    : createHash('sha256').update(id).digest('hex').slice(0, 9);

/** Servers parse what they get back, so nothing becomes an empty object; other text stays what the model wrote. */
const toArguments = (value: ToolCall['arguments']): string => {
  if (typeof value !== 'string') return JSON.stringify(value);
  return value.trim() === '' ? '{}' : value;
};

const toCall = (call: ToolCall, context: MessageContext): JsonObject => {
  const { extra_content } = readMetadata(call.providerMetadata);
  return {
    id: toCallId(call.id, context),
    type: 'function',
    function: { name: call.name, arguments: toArguments(call.arguments) },
    ...(context.quirks.extraContent && extra_content !== undefined && { extra_content }),
  };
};

const emptyContent: Readonly<Record<Quirks['emptyContent'], JsonObject>> = {
  null: { content: null },
  omit: {},
  empty: { content: '' },
};

const toAssistant = (message: AssistantMessage, context: MessageContext): JsonObject => {
  const { quirks, report, think } = context;
  const text = toText(message.content);
  const calls = message.toolCalls ?? [];
  const { extra_content } = readMetadata(message.providerMetadata);
  return {
    role: 'assistant',
    ...(text === '' && calls.length > 0 ? emptyContent[quirks.emptyContent] : { content: text }),
    ...toReasoningReplay(message, quirks, think, report),
    ...(calls.length > 0 && { tool_calls: calls.map((call) => toCall(call, context)) }),
    ...(quirks.extraContent && extra_content !== undefined && { extra_content }),
  };
};

/** With the name of who speaks, where the server takes one. */
const named = (
  wire: JsonObject,
  { name }: Message,
  index: number,
  { quirks, report }: MessageContext,
): JsonObject => {
  if (name === undefined) return wire;
  if (quirks.messageNames) return { ...wire, name };
  report.drop('messages', `this server takes no messages[${index}].name`);
  return wire;
};

/** One message as the server wants it, a tool's result with its text only; `index` is for error messages. Throws `unsupported`. */
export const toWireMessage = (message: Message, index: number, context: MessageContext): JsonObject => {
  switch (message.role) {
    case 'system':
      return named({ role: 'system', content: toText(message.content) }, message, index, context);
    case 'user':
      return named(
        { role: 'user', content: toContent(message.content, index, context) },
        message,
        index,
        context,
      );
    case 'assistant':
      return named(toAssistant(message, context), message, index, context);
    case 'tool': // the call's id names a result already
      return {
        role: 'tool',
        tool_call_id: toCallId(message.toolCallId, context),
        content: toText(message.content),
      };
  }
};
