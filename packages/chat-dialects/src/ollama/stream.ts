import { type ChatEvent, Collector } from '@lakehouse/chat-core';
import type { AnswerMeta, AnswerSize, StreamEncoder } from '../front.js';
import { createHeldEncoder } from '../held-encoder.js';
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
 * pieces of them.
 */
export const createLineEncoder = (
  writer: AnswerWriter,
  meta: () => AnswerMeta,
  size?: AnswerSize,
): StreamEncoder =>
  createHeldEncoder(new Collector({ keepsText: false, ...size }), {
    write(event) {
      const piece = toPiece(event);
      return piece ? encode(writer.line(piece, meta())) : '';
    },
    finish: (response) => writer.ending(response, meta()).map(encode).join(''),
    // Readers take `error` for a failure whatever else is there, and wait for `done` without it.
    fail: (error) => encode(toErrorBody(error)),
    // Readers parse every line, an empty one too: only an object that says nothing is harmless.
    keepAlive: () => encode(writer.line({ content: '' }, meta())),
  });
