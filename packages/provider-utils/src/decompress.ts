import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const decoders: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** Bytes of a body that some proxy compressed although nobody asked for it; others pass unchanged. */
export const decompress = (body: Readable, encoding: string | string[] | undefined): Readable => {
  const name = String(encoding ?? '').trim();
  const create = decoders.get(name.toLowerCase());
  // The reader of the last stream gets every error; the callback only keeps it from being thrown a second time.
  return create ? pipeline(body, create(), () => undefined) : body;
};
