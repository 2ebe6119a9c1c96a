import { ChatError, type ChatEvent, type ChatMiddleware, toChatError } from '@lakehouse/chat-core';
import { charactersOf } from './characters.js';
import { followSignal } from './follow-signal.js';

/** How much of an answer `buffered` holds; both have defaults. */
export interface BufferedOptions {
  /** The most characters of text, reasoning and tool arguments that one answer may hold; default 64 Mi. */
  readonly maxCharacters?: number;
  /** The most events that one answer may consist of, however little each of them says; default a million. */
  readonly maxEvents?: number;
}

/**
 * Holds the answer back until it is complete, and only then yields its events, for as long as the caller is there. For callers for whom a cut in the middle
 * shall still count as a failure before the first content, so that retry and fallback around this may rescue it. A
 * stream that ends without `response-end`, or that holds more than it may, is `bad-response`.
 */
export const buffered =
  ({ maxCharacters = 64 * 1024 * 1024, maxEvents = 1_000_000 }: BufferedOptions = {}): ChatMiddleware =>
  (next) =>
    async function* (request, context) {
      const { controller: refusal, leave } = followSignal(context.signal);
      const held: ChatEvent[] = [];
      let characters = 0;
      let complete = false;
      try {
        for await (const event of next(request, { ...context, signal: refusal.signal })) {
          characters += charactersOf(event);
          if (characters > maxCharacters || held.length >= maxEvents) {
            const most = characters > maxCharacters ? `${maxCharacters} characters` : `${maxEvents} events`;
            const message = `The answer is longer than ${most}`;
            const error = new ChatError('bad-response', message, { retryable: false });
            refusal.abort(error); // what books the attempt inside looks for its reason on the signal
            throw error;
          }
          complete ||= event.type === 'response-end';
          held.push(event);
        }
      } finally {
        leave();
      }
      if (!complete) throw new ChatError('bad-response', 'The answer was cut before its end');
      for (const event of held) {
        if (context.signal.aborted) throw toChatError(context.signal.reason, { signal: context.signal });
        yield event;
      }
    };
