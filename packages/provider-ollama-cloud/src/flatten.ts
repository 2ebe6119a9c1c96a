import type { ChatRequest, ContentPart, Message, ToolCall } from '@lakehouse/chat-core';
import { type ContentPlace, toImages, toolNames, toText } from '@lakehouse/provider-ollama';
import type { WarningList } from '@lakehouse/provider-utils';
import { type Turn, toTranscript } from './transcript.js';

/** A list of messages in the terms of `/api/generate`, which knows one system text and one prompt. */
export interface FlatPrompt {
  /** Absent when there is none: the model's own default applies then. */
  readonly system: string | undefined;
  readonly prompt: string;
  /** Base64, in the order in which they stood. */
  readonly images: readonly string[];
  /** Whether the prompt is a transcript with labels, and not a text of the caller. */
  readonly isTranscript: boolean;
}

const joinTexts = (texts: readonly string[]): string | undefined => {
  const present = texts.filter((text) => text.trim() !== '');
  return present.length === 0 ? undefined : present.join('\n\n');
};

const toCallLine = ({ name, arguments: value }: ToolCall): string =>
  `[called ${name.replace(/[^\w.-]+/g, '_')} with ${JSON.stringify(value)}]`;

/** The text of a message with a marker where each image stood, counted on from `before`. */
const toMarkedText = (content: string | readonly ContentPart[], before: number): string => {
  if (typeof content === 'string') return content;
  let count = before;
  return content
    .map((part) => {
      if (part.type === 'text') return part.text;
      count += 1;
      return `[image ${count}]`;
    })
    .join('\n');
};

const toTurn = (message: Message, names: ReadonlyMap<string, string>, imagesBefore: number): Turn => {
  const text = toMarkedText(message.content, imagesBefore);
  if (message.role === 'tool') {
    const tool = message.name ?? names.get(message.toolCallId) ?? message.toolCallId;
    return { speaker: { tool }, text };
  }
  if (message.role !== 'assistant') return { speaker: 'user', text };
  const lines = [text, ...(message.toolCalls ?? []).map(toCallLine)]; // earlier reasoning is not part of the talk
  return { speaker: 'assistant', text: lines.filter((line) => line !== '').join('\n') };
};

/**
 * Flattens messages. A single user message becomes the prompt word by word; anything longer becomes a transcript.
 * `instruction` is one more system text. Throws `unsupported` for files and for images by address.
 */
export const flattenMessages = (
  request: ChatRequest,
  place: {
    readonly provider: string;
    readonly warnings: WarningList;
    readonly instruction?: string | undefined;
  },
): FlatPrompt => {
  const { messages } = request;
  const names = toolNames(messages);
  const images: string[] = [];
  const turns: Turn[] = [];
  messages.forEach((message, index) => {
    if (message.role !== 'tool' && message.name !== undefined) {
      place.warnings.drop('messages', `messages[${index}].name has no counterpart and was left out`);
    }
    if (message.role === 'assistant' && (message.reasoning || message.reasoningSegments?.length)) {
      place.warnings.mention(
        'messages',
        'the reasoning of earlier turns was left out: a prompt has no place for it',
      );
    }
    if (message.role === 'system') {
      if (turns.length > 0 && toText(message.content).trim() !== '') {
        place.warnings.change('messages', `messages[${index}], a system message, went in front of the turns`);
      }
      return;
    }
    const where: ContentPlace = { provider: place.provider, path: `messages[${index}].content` };
    const own = toImages(message.content, where);
    turns.push(toTurn(message, names, images.length));
    images.push(...own);
  });
  const rest = messages.filter(({ role }) => role !== 'system');
  const only = rest.length === 1 && rest[0]?.role === 'user' ? rest[0] : undefined;
  const systemTexts = messages.flatMap(({ role, content }) => (role === 'system' ? [toText(content)] : []));
  return {
    system: joinTexts([...systemTexts, place.instruction ?? '']),
    prompt: only ? toText(only.content) : toTranscript(turns),
    images,
    isTranscript: only === undefined,
  };
};
