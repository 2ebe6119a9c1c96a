import type { ChatRequest } from '@lakehouse/chat-core';
import { generateToolCallId } from '@lakehouse/provider-utils';

/**
 * Gives the tool calls of one answer ids that the conversation does not have yet: the upstream's own where it sent a
 * new one, else a generated one.
 */
export const createToolCallIds = (request: ChatRequest): ((given: string | undefined) => string) => {
  const used = new Set(
    request.messages.flatMap((message) =>
      message.role === 'assistant' ? (message.toolCalls ?? []).map(({ id }) => id) : [],
    ),
  );
  return (given) => {
    const id = given !== undefined && !used.has(given) ? given : generateToolCallId();
    used.add(id);
    return id;
  };
};
