import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { PieceSource } from './response-reader.js';

const decoders: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

async function* piecesOf(source: PieceSource): AsyncGenerator<Uint8Array> {
  for (let piece = await source.pull(); piece !== undefined; piece = await source.pull()) yield piece;
}

/** Bytes of a body that some proxy compressed although nobody asked for it; others pass unchanged. */
export const decompress = (source: PieceSource, encoding: string | string[] | undefined): PieceSource => {
  const create = decoders.get(
    String(encoding ?? '')
      .trim()
      .toLowerCase(),
  );
  if (!create) return source;
  // The reader of the last stream gets every error; the callback only keeps it from being thrown a second time.
  const stream = pipeline(Readable.from(piecesOf(source)), create(), () => undefined);
  const pieces: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  return {
    async pull() {
      const next = await pieces.next();
      return next.done ? undefined : next.value;
    },
    destroy(error) {
      stream.destroy(error);
      source.destroy(error); // also where compressed data ended before the body
    },
  };
};
