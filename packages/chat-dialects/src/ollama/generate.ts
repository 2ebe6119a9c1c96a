import { type ChatWarning, listOf, type Message } from '@lakehouse/chat-core';
import { z } from 'zod';
import type { ChatExchange, ChatRoute } from '../front.js';
import { present } from '../present.js';
import { generateShape } from './answer.js';
import { createExchange } from './exchange.js';
import { imageSchema, toContent } from './images.js';
import { dropped, readBody, readShared, sharedFields, unsupported } from './shared-fields.js';

/** The body of `POST /api/generate`. */
export const generateSchema = z.object(
  {
    ...sharedFields,
    prompt: z.string().nullish(),
    system: z.string().nullish(),
    images: listOf(imageSchema).nullish(),
    suffix: z.string().nullish(),
    raw: z.boolean().nullish(),
    template: z.string().nullish(),
    context: z.array(z.unknown()).nullish(),
  },
  { error: 'expected a JSON object' },
);

type GenerateBody = z.output<typeof generateSchema>;

/** What makes another prompt of the same fields. Every provider is asked for a chat, which would answer something else. */
const assertChat = ({ suffix, raw, context }: GenerateBody): void => {
  if (suffix) throw unsupported('suffix', 'this server does not support insert (filling a gap in a text)');
  if (raw === true) throw unsupported('raw', 'a prompt always goes through the template of its model');
  if (context != null && context.length > 0) {
    throw unsupported(
      'context',
      'a conversation cannot be continued from tokens; send its messages to /api/chat',
    );
  }
};

const templateWarnings = ({ template }: GenerateBody): readonly ChatWarning[] =>
  template ? [dropped('template', 'a prompt always goes through the template of its model')] : [];

/** Without a prompt the model is only loaded, as the original has it: whatever else there is. */
const toMessages = ({ prompt, system, images }: GenerateBody): readonly Message[] => {
  if (!prompt) return [];
  const pictures = images?.length ? images : undefined;
  return [
    ...(system ? [{ role: 'system', content: system } as const] : []),
    { role: 'user', content: toContent(prompt, pictures, 'images') },
  ];
};

const parseGenerate = (body: unknown): ChatExchange => {
  const wire = readBody(generateSchema, body);
  const messages = toMessages(wire);
  if (messages.length > 0) assertChat(wire);
  const { parameters, warnings, onlyFor } = readShared(wire);
  return createExchange(wire, {
    shape: generateShape,
    messages,
    parameters,
    warnings: [...warnings, ...templateWarnings(wire)],
    ...present({ onlyFor }),
  });
};

/** `POST /api/generate`: a chat of one turn. */
export const generateRoute: ChatRoute = {
  kind: 'chat',
  method: 'POST',
  path: '/api/generate',
  streamType: 'application/x-ndjson',
  parse: ({ body }) => parseGenerate(body),
};
