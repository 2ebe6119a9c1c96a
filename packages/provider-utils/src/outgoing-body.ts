import { ChatError } from '@lakehouse/chat-core';
import { toJsonBytes } from './json-bytes.js';

/** Above this, what is sent is not kept: undici holds a body that it was given whole until its answer is over. */
const mostKept = 256 * 1024;

/** So much is handed to the socket at a time. */
const pieceBytes = 64 * 1024;

/** A body as undici takes it. */
export interface OutgoingBody {
  readonly body: Buffer | AsyncIterable<Uint8Array> | null;
  /** In bytes, where undici cannot see it. */
  readonly length?: number;
}

/** Lets go of each piece once it is taken. It can be read once, as a request that has been begun is not sent again. */
class Pieces {
  #pieces: Buffer[];

  constructor(pieces: readonly Buffer[]) {
    this.#pieces = pieces.toReversed();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let piece = this.#pieces.pop(); piece !== undefined; piece = this.#pieces.pop()) {
      if (piece.length > pieceBytes) this.#pieces.push(piece.subarray(pieceBytes));
      yield piece.subarray(0, pieceBytes);
    }
  }
}

const encode = (value: unknown): readonly Buffer[] => {
  try {
    return toJsonBytes(value);
  } catch (cause) {
    throw new ChatError('invalid-request', 'The request holds a value that JSON cannot hold', { cause });
  }
};

/** A value as JSON in bytes, of which a large one is gone from memory as soon as it is sent. Throws `invalid-request`. */
export const toOutgoingBody = (value: unknown): OutgoingBody => {
  if (value === undefined) return { body: null };
  const pieces = encode(value);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > mostKept) return { body: new Pieces(pieces), length };
  const [first, second] = pieces;
  return { body: first && !second ? first : Buffer.concat(pieces, length) };
};
