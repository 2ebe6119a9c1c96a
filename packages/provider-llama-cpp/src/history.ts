import {
  type AssistantMessage,
  ChatError,
  type ChatRequest,
  type ContentPart,
  type JsonValue,
  parseToolArguments,
  type ToolCall,
} from '@lakehouse/chat-core';
import type { WarningList } from '@lakehouse/provider-utils';
import type { ChatHistoryItem, ChatModelFunctionCall, ChatModelResponse } from 'node-llama-cpp';
import { unsupported } from './unsupported.js';

interface Place {
  readonly provider: string;
  readonly warnings: WarningList;
}

type Turn = ChatModelResponse['response'][number];

const toText = (
  content: string | readonly ContentPart[],
  path: string,
  refuse: (path: string, message: string) => ChatError,
): string => {
  if (typeof content === 'string') return content;
  const texts = content.map((part, index) => {
    if (part.type === 'text') return part.text;
    throw refuse(`${path}[${index}]`, `${part.type}s are not understood; send text`);
  });
  return texts.join('\n');
};

/** The templates write a result as JSON: one that is JSON stands there as it is, any other as a string. */
const toResult = (text: string): JsonValue => {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
};

const toParams = (call: ToolCall, path: string, warnings: WarningList): ChatModelFunctionCall['params'] => {
  const parsed = typeof call.arguments === 'string' ? parseToolArguments(call.arguments) : call.arguments;
  if (typeof parsed !== 'string') return parsed;
  warnings.change(
    'messages',
    `${path}.arguments is text that is no JSON object; the model saw {"arguments": …}`,
  );
  return { arguments: parsed };
};

const reasoningOf = ({ reasoning, reasoningSegments = [] }: AssistantMessage): string =>
  reasoning ?? reasoningSegments.map(({ text }) => text).join('');

/**
 * The conversation as node-llama-cpp keeps it: what the model says, the calls that it makes and their results are one
 * turn, until someone else speaks. Throws `unsupported` for images and files, `invalid-request` for a result without its
 * call.
 */
export const toHistory = (
  { model, messages }: ChatRequest,
  { provider, warnings }: Place,
): readonly ChatHistoryItem[] => {
  const history: ChatHistoryItem[] = [];
  const calls = new Map<string, ChatModelFunctionCall>();
  const refuse = (path: string, message: string): ChatError => unsupported(provider, model, path, message);

  const addTurn = (turn: readonly Turn[]): void => {
    const last = history.at(-1);
    if (last?.type === 'model') last.response.push(...turn);
    else history.push({ type: 'model', response: [...turn] });
  };

  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    const text = toText(message.content, `${path}.content`, refuse);
    if (message.role === 'tool') {
      const call = calls.get(message.toolCallId);
      if (!call) {
        const where = `${path}.toolCallId`;
        throw new ChatError('invalid-request', `${provider}: ${where}: no call before it has this id`, {
          provider,
          model,
          path: where,
        });
      }
      call.result = toResult(text);
      continue;
    }
    if (message.name !== undefined) {
      warnings.drop('messages', `${path}.name has no counterpart and was left out`);
    }
    if (message.role !== 'assistant') {
      history.push({ type: message.role, text });
      continue;
    }
    const thought = reasoningOf(message);
    const own = (message.toolCalls ?? []).map((call, position): ChatModelFunctionCall => {
      const made: ChatModelFunctionCall = {
        type: 'functionCall',
        name: call.name,
        params: toParams(call, `${path}.toolCalls[${position}]`, warnings),
        result: undefined,
        startsNewChunk: position === 0,
      };
      calls.set(call.id, made);
      return made;
    });
    addTurn([
      ...(thought === ''
        ? []
        : [{ type: 'segment', segmentType: 'thought', text: thought, ended: true } as const]),
      ...(text === '' ? [] : [text]),
      ...own,
    ]);
  }
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [] });
  return history;
};
