import { ChatError } from '@lakehouse/chat-core';

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

/** Lets go of the bytes with the last piece. It can be read once, as a request that has been begun is not sent again. */
class Pieces {
  #rest: Buffer | undefined;

  constructor(bytes: Buffer) {
    this.#rest = bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let rest = this.#rest; rest !== undefined; rest = this.#rest) {
      this.#rest = rest.length > pieceBytes ? rest.subarray(pieceBytes) : undefined;
      yield rest.subarray(0, pieceBytes);
    }
  }
}

const encode = (value: unknown): Buffer => {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch (cause) {
    throw new ChatError('invalid-request', 'The request holds a value that JSON cannot hold', { cause });
  }
};

/** A value as JSON in bytes, of which a large one is gone from memory as soon as it is sent. Throws `invalid-request`. */
export const toOutgoingBody = (value: unknown): OutgoingBody => {
  if (value === undefined) return { body: null };
  const bytes = encode(value);
  return bytes.length > mostKept ? { body: new Pieces(bytes), length: bytes.length } : { body: bytes };
};
