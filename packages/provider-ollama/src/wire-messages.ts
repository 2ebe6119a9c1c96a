import {
  type AssistantMessage,
  type ChatRequest,
  type JsonObject,
  type Message,
  parseToolArguments,
  type ToolCall,
} from '@lakehouse/chat-core';
import type { WarningList } from '@lakehouse/provider-utils';
import { toImages, toText } from './wire-content.js';

/** The calls of all assistant messages so far, by id: a tool result may name its function by the id only. */
export const toolNames = (messages: readonly Message[]): ReadonlyMap<string, string> =>
  new Map(
    messages.flatMap((message) =>
      message.role === 'assistant'
        ? (message.toolCalls ?? []).map(({ id, name }) => [id, name] as const)
        : [],
    ),
  );

/** A conversation must go on after a model once wrote broken arguments, so they are wrapped and not refused. */
const toArguments = (call: ToolCall, path: string, warnings: WarningList): JsonObject => {
  if (typeof call.arguments !== 'string') return call.arguments;
  const parsed = parseToolArguments(call.arguments);
  if (typeof parsed !== 'string') return parsed;
  warnings.change('messages', `${path} is text that is no JSON object; it was sent as {"arguments": …}`);
  return { arguments: parsed };
};

const toThinking = ({ reasoning, reasoningSegments }: AssistantMessage): string =>
  reasoning ?? (reasoningSegments ?? []).map(({ text }) => text).join('');

const toWireMessage = (
  message: Message,
  path: string,
  names: ReadonlyMap<string, string>,
  place: { readonly provider: string; readonly warnings: WarningList },
): JsonObject => {
  const images = toImages(message.content, { provider: place.provider, path: `${path}.content` });
  const base = {
    role: message.role,
    content: toText(message.content),
    ...(images.length > 0 && { images }),
  };
  if (message.role === 'tool') {
    const name = message.name ?? names.get(message.toolCallId);
    return { ...base, ...(name !== undefined && { tool_name: name }), tool_call_id: message.toolCallId };
  }
  if (message.name !== undefined) {
    place.warnings.drop('messages', `${path}.name has no counterpart and was left out`);
  }
  if (message.role !== 'assistant') return base;
  const thinking = toThinking(message);
  const calls = message.toolCalls ?? [];
  return {
    ...base,
    ...(thinking !== '' && { thinking }),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call, index) => ({
        id: call.id,
        function: {
          name: call.name,
          arguments: toArguments(call, `${path}.toolCalls[${index}].arguments`, place.warnings),
        },
      })),
    }),
  };
};

/**
 * The templates of the Mistral family refuse a system message directly after a tool result. Such a one goes to the
 * front, behind the system messages that stand there; any other keeps its place, since "from now on …" depends on it.
 * The template cannot be known from here, so that it is done for every model, and said.
 */
const systemBeforeTools = (messages: readonly JsonObject[], warnings: WarningList): readonly JsonObject[] => {
  const afterTool = new Set<JsonObject>();
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    if (message.role !== 'system' || before === undefined) return;
    if (before.role !== 'tool' && !afterTool.has(before)) return;
    afterTool.add(message);
    warnings.change(
      'messages',
      `messages[${index}], a system message behind a tool result, went to the front`,
    );
  });
  if (afterTool.size === 0) return messages;
  const rest = messages.filter((message) => !afterTool.has(message));
  const firstTurn = rest.findIndex(({ role }) => role !== 'system');
  return [...rest.slice(0, firstTurn), ...afterTool, ...rest.slice(firstTurn)];
};

/** The messages of `/api/chat`. Throws `unsupported` for what the API cannot carry. */
export const toWireMessages = (
  request: ChatRequest,
  place: { readonly provider: string; readonly warnings: WarningList },
): readonly JsonObject[] => {
  const names = toolNames(request.messages);
  return systemBeforeTools(
    request.messages.map((message, index) => toWireMessage(message, `messages[${index}]`, names, place)),
    place.warnings,
  );
};
