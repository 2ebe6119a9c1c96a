import { ChatError } from '@lakehouse/chat-core';
import { createLineDecoder, type Decoder } from './lines.js';
import { parseJsonLoosely } from './loose-json.js';

/**
 * Parses JSON from an upstream; throws `bad-response` without repeating the text, which may hold a prompt or a key: for
 * the same reason it has no `cause`, because the message of a `SyntaxError` quotes the text.
 */
export const parseUpstreamJson = (text: string): unknown => {
  const value = parseJsonLoosely(text.startsWith('\uFEFF') ? text.slice(1) : text);
  if (value === undefined) {
    throw new ChatError('bad-response', `The upstream sent malformed JSON (${text.length} characters)`);
  }
  return value;
};

/**
 * Decodes newline-delimited JSON; blank lines are passed over. What comes before a malformed line is given first, because
 * it may be the upstream's own error; the line's `bad-response` is thrown by the next call then.
 */
export const createNdjsonDecoder = (lineBytes?: number): Decoder<unknown> => {
  const lines = createLineDecoder(lineBytes);
  let failure: unknown;
  const parse = (take: () => readonly string[]): readonly unknown[] => {
    if (failure !== undefined) throw failure;
    const values: unknown[] = [];
    for (const text of take()) {
      if (text.trim() === '') continue;
      try {
        values.push(parseUpstreamJson(text));
      } catch (error) {
        if (values.length === 0) throw error;
        failure = error;
        break;
      }
    }
    return values;
  };
  return {
    push: (piece) => parse(() => lines.push(piece)),
    end: () => parse(() => lines.end()),
  };
};
