import { jsonObjectSchema, listOf, type Tool } from '@lakehouse/chat-core';
import { z } from 'zod';
import type { ChatExchange, ChatRoute } from '../front.js';
import { present } from '../present.js';
import { chatShape } from './answer.js';
import { createExchange } from './exchange.js';
import { messageSchema, toMessages } from './messages.js';
import { readBody, readShared, sharedFields } from './shared-fields.js';

const tool = z.object({
  type: z.literal('function', 'expected "function"').nullish(),
  function: z.object({
    name: z.string().min(1, 'expected the name of the function'),
    description: z.string().nullish(),
    parameters: jsonObjectSchema.nullish(),
  }),
});

/** The body of `POST /api/chat`. */
export const chatSchema = z.object(
  { ...sharedFields, messages: listOf(messageSchema).nullish(), tools: listOf(tool).nullish() },
  { error: 'expected a JSON object' },
);

const toTool = ({ function: { name, description, parameters } }: z.output<typeof tool>): Tool => ({
  name,
  ...present({ description, parameters }),
});

const parseChat = (body: unknown): ChatExchange => {
  const wire = readBody(chatSchema, body);
  const { parameters, warnings, onlyFor } = readShared(wire);
  const tools = wire.tools?.length ? wire.tools.map(toTool) : undefined;
  return createExchange(wire, {
    shape: chatShape,
    messages: toMessages(wire.messages ?? []),
    parameters: { ...parameters, ...present({ tools }) },
    warnings,
    ...present({ onlyFor }),
  });
};

/** `POST /api/chat`. */
export const chatRoute: ChatRoute = {
  kind: 'chat',
  method: 'POST',
  path: '/api/chat',
  streamType: 'application/x-ndjson',
  parse: ({ body }) => parseChat(body),
};
