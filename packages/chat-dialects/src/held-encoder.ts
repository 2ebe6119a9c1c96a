import {
  type ChatError,
  type ChatEvent,
  type ChatResponse,
  type Collector,
  toChatError,
} from '@lakehouse/chat-core';
import type { StreamEncoder } from './front.js';

/** What one protocol writes; every method returns the text to send, maybe empty. */
interface StreamWords {
  /** Of an event that keeps the rules. */
  write(event: ChatEvent): string;
  /** The terminal of a complete answer, of which `response` has what the collector keeps. */
  finish(response: ChatResponse): string;
  /** The terminal of a failed one. */
  fail(error: ChatError): string;
  keepAlive(): string;
}

/**
 * An encoder of a stream whose end is held back until `end`: the answer's facts are all known then, and one that fails
 * late has only one terminal. After the terminal every method returns an empty text.
 */
export const createHeldEncoder = (collector: Collector, words: StreamWords): StreamEncoder => {
  let finished = false;
  const error = (failure: ChatError): string => {
    if (finished) return '';
    finished = true;
    return words.fail(failure);
  };
  return {
    push(event) {
      if (finished) return '';
      collector.push(event);
      return words.write(event);
    },
    end() {
      if (finished) return '';
      try {
        const text = words.finish(collector.finish());
        finished = true;
        return text;
      } catch (failure) {
        return error(toChatError(failure));
      }
    },
    error,
    keepAlive: () => (finished ? '' : words.keepAlive()),
  };
};
