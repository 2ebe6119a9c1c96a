import { createParser } from 'eventsource-parser';
import { defaultLimits, tooLarge } from './limits.js';
import type { Decoder } from './lines.js';

/** One server-sent event. */
export interface ServerSentEvent {
  /** The `event:` field, absent when the server sent none. */
  readonly event?: string;
  /** The `data:` lines, joined by line feeds. */
  readonly data: string;
}

const endOfLastLine = (text: string): number => Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;

/**
 * Decodes `text/event-stream`. Comments are passed over. A last event without its blank line counts. An `error:` field,
 * which older llama-server builds send in place of `event: error`, is given as an event of that name.
 */
export const createSseDecoder = (lineBytes: number = defaultLimits.lineBytes): Decoder<ServerSentEvent> => {
  const utf8 = new TextDecoder();
  let events: ServerSentEvent[] = [];
  let fragments: string[] = [];
  let held = 0;
  const parser = createParser({
    maxBufferSize: lineBytes,
    onEvent: ({ event, data }) => {
      if (data.length > lineBytes) throw tooLarge('an event', lineBytes); // one that came complete was never held
      events.push(event === undefined ? { data } : { event, data });
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw tooLarge('an event', lineBytes);
      if (error.field === 'error') events.push({ event: 'error', data: error.value ?? '' });
    },
  });
  // The parser sees whole lines only: of a line that comes in pieces it would drop an unknown field without a word.
  const feed = (text: string): readonly ServerSentEvent[] => {
    const end = endOfLastLine(text);
    if (end === 0) {
      held += text.length;
      if (held > lineBytes) throw tooLarge('a line', lineBytes);
      fragments.push(text);
      return [];
    }
    const lines = fragments.join('') + text.slice(0, end);
    fragments = end < text.length ? [text.slice(end)] : [];
    held = text.length - end;
    parser.feed(lines);
    const found = events;
    events = [];
    return found;
  };
  return {
    push: (piece) => feed(utf8.decode(piece, { stream: true })),
    end: () => feed(`${utf8.decode()}\n\n`),
  };
};
