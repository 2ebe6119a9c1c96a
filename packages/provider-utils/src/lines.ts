import { defaultLimits, tooLarge } from './limits.js';

const lineFeed = 0x0a;
const byteOrderMark = '\uFEFF';

/** Turns pieces of bytes into what they contain; pieces may be cut anywhere. */
export interface Decoder<Item> {
  /** Everything that this piece completes. Throws `bad-response` when a limit is exceeded. */
  push(piece: Uint8Array): readonly Item[];
  /** What is still held when the body ends. */
  end(): readonly Item[];
}

/** Everything that a body contains, item by item as it becomes complete. */
export async function* decodeBody<Item>(
  body: AsyncIterable<Uint8Array>,
  decoder: Decoder<Item>,
): AsyncGenerator<Item> {
  for await (const piece of body) yield* decoder.push(piece);
  yield* decoder.end();
}

const nothing = Buffer.alloc(0);

/** Bytes that grow by doubling: a megabyte in tiny pieces is copied a few times, not once per piece. */
class ByteBuffer {
  #bytes: Buffer = nothing;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(256, this.#bytes.length * 2, length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  take(): string {
    const text = this.#bytes.toString('utf8', 0, this.#length);
    this.#bytes = nothing;
    this.#length = 0;
    return text;
  }
}

/** Splits bytes into lines of text without their line feed. An unfinished last line is a line too. */
export const createLineDecoder = (lineBytes: number = defaultLimits.lineBytes): Decoder<string> => {
  const pending = new ByteBuffer();
  let first = true;
  const take = (last: Buffer): string => {
    if (pending.length > 0) pending.append(last);
    const line = pending.length > 0 ? pending.take() : last.toString('utf8');
    const marked = first && line.startsWith(byteOrderMark);
    first = false;
    return marked ? line.slice(1) : line;
  };
  const check = (more: number): void => {
    if (pending.length + more > lineBytes) throw tooLarge('a line', lineBytes);
  };
  return {
    push(piece) {
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      const lines: string[] = [];
      let start = 0;
      for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, start)) {
        check(end - start);
        lines.push(take(bytes.subarray(start, end)));
        start = end + 1;
      }
      check(bytes.length - start);
      if (start < bytes.length) pending.append(bytes.subarray(start));
      return lines;
    },
    end() {
      return pending.length === 0 ? [] : [take(nothing)];
    },
  };
};
