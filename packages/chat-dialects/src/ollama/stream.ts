import { type ChatError, type ChatEvent, Collector, toChatError } from '@lakehouse/chat-core';
import type { AnswerMeta, StreamEncoder } from '../front.js';
import type { AnswerPiece, AnswerWriter } from './answer.js';
import { toErrorBody } from './error.js';

const encode = (object: object): string => `${JSON.stringify(object)}\n`;

/** Undefined for events that wait for the end, or have no place on the wire. */
const toPiece = (event: ChatEvent): AnswerPiece | undefined => {
  if (event.type === 'text-delta' && event.delta !== '') return { content: event.delta };
  if (event.type === 'reasoning-delta' && event.delta !== '') return { content: '', thinking: event.delta };
  return undefined;
};

/**
 * One encoder for one stream of JSON lines. Tool calls are held back until the answer is complete: the protocol has no
 * pieces of them. The last line is held back until `end`, so that an answer that fails late has only one terminal. After
 * the terminal every method returns an empty text.
 */
export const createLineEncoder = (writer: AnswerWriter, meta: () => AnswerMeta): StreamEncoder => {
  const collector = new Collector({ keepsText: false });
  let finished = false;

  /** Readers take `error` for a failure whatever else is there, and wait for `done` without it. */
  const error = (failure: ChatError): string => {
    if (finished) return '';
    finished = true;
    return encode(toErrorBody(failure));
  };

  return {
    push(event) {
      if (finished) return '';
      collector.push(event);
      const piece = toPiece(event);
      return piece ? encode(writer.line(piece, meta())) : '';
    },
    end() {
      if (finished) return '';
      try {
        const text = writer.ending(collector.finish(), meta()).map(encode).join('');
        finished = true;
        return text;
      } catch (failure) {
        return error(toChatError(failure));
      }
    },
    error,
    // Readers parse every line, an empty one too: only an object that says nothing is harmless.
    keepAlive: () => (finished ? '' : encode(writer.line({ content: '' }, meta()))),
  };
};
