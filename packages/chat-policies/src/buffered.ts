import { ChatError, type ChatEvent, type ChatMiddleware } from '@lakehouse/chat-core';
import { charactersOf } from './characters.js';

export interface BufferedOptions {
  /** The most characters of text, reasoning and tool arguments that one answer may hold; default 64 Mi. */
  readonly maxCharacters?: number;
}

/** Ends a stream for a reason of its consumer's, which what books the attempt inside gets to know. */
const abandon = async (events: AsyncIterator<ChatEvent>, reason: ChatError): Promise<never> => {
  if (events.throw) await events.throw(reason);
  else await events.return?.();
  throw reason;
};

/**
 * Holds the answer back until it is complete, and only then yields its events. For callers for whom a cut in the middle
 * shall still count as a failure before the first content, so that retry and fallback around this may rescue it. A
 * stream that ends without `response-end`, or that holds more than `maxCharacters`, is `bad-response`.
 */
export const buffered =
  ({ maxCharacters = 64 * 1024 * 1024 }: BufferedOptions = {}): ChatMiddleware =>
  (next) =>
    async function* (request, context) {
      const events = next(request, context)[Symbol.asyncIterator]();
      const held: ChatEvent[] = [];
      let characters = 0;
      let complete = false;
      for (let item = await events.next(); !item.done; item = await events.next()) {
        const event = item.value;
        characters += charactersOf(event);
        if (characters > maxCharacters) {
          const message = `The answer is longer than ${maxCharacters} characters`;
          await abandon(events, new ChatError('bad-response', message, { retryable: false }));
        }
        complete ||= event.type === 'response-end';
        held.push(event);
      }
      if (!complete) throw new ChatError('bad-response', 'The answer was cut before its end');
      yield* held;
    };
