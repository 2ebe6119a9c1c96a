import {
  type AssistantMessage,
  type ContentPart,
  type Message,
  parseToolArguments,
  type TextPart,
  type ToolCall,
} from '@lakehouse/chat-core';
import { type Notes, refuse } from '../notes.js';
import { present } from '../present.js';
import type { OpenaiMessage, OpenaiPart, OpenaiToolCall } from './message-schema.js';
import { type ReadDetails, readReasoningDetails } from './reasoning-details.js';

type Assistant = Extract<OpenaiMessage, { role: 'assistant' }>;

const toPart = (part: OpenaiPart, path: string, notes: Notes): ContentPart => {
  switch (part.type) {
    case 'text':
      return part;
    case 'image_url': {
      const { url, detail } = part.image_url;
      if (detail != null && detail !== 'auto')
        notes.drop(`${path}.image_url.detail`, 'images are sent as they are');
      return url;
    }
    case 'file': {
      const { file_data: data, filename } = part.file;
      if (data == null) return refuse(`${path}.file.file_id`, 'files are not stored here; send file_data');
      return { ...data, ...present({ filename }) };
    }
    case 'input_audio':
      return refuse(path, 'audio is not supported; send text, an image or a file');
  }
};

const toContent = (
  content: string | readonly OpenaiPart[],
  path: string,
  notes: Notes,
): string | readonly ContentPart[] =>
  typeof content === 'string'
    ? content
    : content.map((part, index) => toPart(part, `${path}[${index}]`, notes));

/** A refusal is what the model said, and goes back as that. */
const toSpoken = ({ content, refusal }: Assistant): AssistantMessage['content'] => {
  if (content == null || content === '') return refusal ?? '';
  if (typeof content === 'string') return content;
  return content.map(
    (part): TextPart => (part.type === 'text' ? part : { type: 'text', text: part.refusal }),
  );
};

const toToolCall = (call: OpenaiToolCall, path: string, { calls }: ReadDetails): ToolCall => {
  if (call.type === 'custom') return refuse(`${path}.type`, 'custom tools are not supported; use "function"');
  return {
    id: call.id,
    name: call.function.name,
    arguments: parseToolArguments(call.function.arguments ?? ''),
    ...present({ providerMetadata: calls.get(call.id) }),
  };
};

/** The details go before a field of text that is only their end: helpers that join streamed pieces keep the last one. */
const toReasoning = (
  { reasoning_content: content, reasoning }: Assistant,
  { segments }: ReadDetails,
): Pick<AssistantMessage, 'reasoning' | 'reasoningSegments'> => {
  const joined = segments.map(({ text }) => text).join('');
  if (segments.some(({ signature }) => signature !== undefined))
    return { ...(joined !== '' && { reasoning: joined }), reasoningSegments: segments };
  const text = [content, reasoning, joined].find((value) => value != null && value !== '');
  return present({ reasoning: text != null && joined.endsWith(text) ? joined : text });
};

const toAssistant = (message: Assistant, path: string, notes: Notes): AssistantMessage => {
  if (message.function_call != null)
    refuse(`${path}.function_call`, 'function_call is not supported; use tool_calls');
  if (message.audio != null) refuse(`${path}.audio`, 'audio is not supported; send what was said as content');
  const details = readReasoningDetails(message.reasoning_details ?? [], `${path}.reasoning_details`, notes);
  const calls = (message.tool_calls ?? []).map((call, index) =>
    toToolCall(call, `${path}.tool_calls[${index}]`, details),
  );
  return {
    role: 'assistant',
    content: toSpoken(message),
    ...toReasoning(message, details),
    ...present({
      name: message.name,
      toolCalls: calls.length === 0 ? undefined : calls,
      providerMetadata: details.providerMetadata,
    }),
  };
};

/** A checked message as one of the contract; `path` is its place in the body. */
export const toMessage = (message: OpenaiMessage, path: string, notes: Notes): Message => {
  const name = present({ name: message.name });
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: message.content, ...name };
    case 'user':
      return { role: 'user', content: toContent(message.content, `${path}.content`, notes), ...name };
    case 'assistant':
      return toAssistant(message, path, notes);
    case 'tool':
      return {
        role: 'tool',
        content: toContent(message.content, `${path}.content`, notes),
        toolCallId: message.tool_call_id,
        ...name,
      };
  }
};
