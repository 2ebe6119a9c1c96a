import type { ContentPart, JsonObject, Message, TextPart } from '@lakehouse/chat-core';
import { type MessageContext, toPart, toWireMessage } from './wire-messages.js';

type OtherPart = Exclude<ContentPart, TextPart>;

/** Tells the model where the rest of a result is. */
const pointer: TextPart = { type: 'text', text: 'Its images and files are in the next message of the user.' };

const otherParts = ({ role, content }: Message): readonly (readonly [OtherPart, number])[] =>
  role !== 'tool' || typeof content === 'string'
    ? []
    : content.flatMap((part, index) => (part.type === 'text' ? [] : [[part, index] as const]));

const withPointer = (message: Message): Message =>
  message.role !== 'tool' || typeof message.content === 'string'
    ? message
    : { ...message, content: [...message.content, pointer] };

const toParts = (content: JsonObject[string]): readonly JsonObject[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : (content as readonly JsonObject[]);

/**
 * The messages as the server wants them. A tool's result is text on this wire, so that its images and files go to the
 * user's message behind the results, which is made where there is none: nothing may stand between results of one turn.
 * Throws `unsupported` for what the server does not take at all.
 */
export const toWireMessages = (
  messages: readonly Message[],
  context: MessageContext,
): readonly JsonObject[] => {
  const wire: JsonObject[] = [];
  let waiting: JsonObject[] = [];
  const deliver = (user: JsonObject = { role: 'user', content: [] }): void => {
    wire.push(waiting.length > 0 ? { ...user, content: [...waiting, ...toParts(user.content)] } : user);
    waiting = [];
  };
  for (const [index, message] of messages.entries()) {
    const others = otherParts(message);
    const next = toWireMessage(others.length > 0 ? withPointer(message) : message, index, context);
    if (message.role === 'user') {
      deliver(next);
      continue;
    }
    if (message.role !== 'tool' && waiting.length > 0) deliver();
    wire.push(next);
    if (others.length === 0) continue;
    const path = `messages[${index}]`;
    waiting.push(...others.map(([part, place]) => toPart(part, `${path}.content[${place}]`, context)));
    context.report.change(
      'messages',
      `images and files of ${path} were sent behind it: a tool's result can only be text on this wire`,
    );
  }
  if (waiting.length > 0) deliver();
  return wire;
};
