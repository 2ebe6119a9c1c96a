/** Smaller ones are left to the garbage collector: they may share their memory with others, and are not worth it. */
const large = 16 * 1024;

/**
 * Frees a large one that has its memory for itself, as the pieces of node:http have: for whoever still refers to it, it is empty. V8
 * counts such bytes, frees them late, and collects everything when too many have gathered.
 */
export const freeBytes = ({ byteLength, buffer }: Buffer): void => {
  const isOwn = byteLength === buffer.byteLength && buffer instanceof ArrayBuffer;
  if (isOwn && byteLength > large) buffer.transfer(0);
};

/**
 * The pieces of a body. A class, because V8 keeps what an object with an own getter refers to until a full collection.
 */
export class BodyPieces {
  #pieces: Buffer[] = [];
  #length = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** The piece is freed with the body: nobody else may keep it. */
  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** The whole body, which is the caller's from then on. */
  take(): Buffer {
    const [first] = this.#pieces;
    if (first && this.#pieces.length === 1) return first;
    const whole = Buffer.concat(this.#pieces);
    this.discard();
    return whole;
  }

  /** For a body that nobody wants. */
  discard(): void {
    for (const piece of this.#pieces) freeBytes(piece);
    this.#pieces = [];
  }
}
