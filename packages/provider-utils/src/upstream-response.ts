import type { IncomingHttpHeaders } from 'node:http';
import { decompress } from './decompress.js';
import { type SizeLimits, tooLarge } from './limits.js';
import { parseUpstreamJson } from './ndjson.js';
import { PieceStream, type SilenceLimits } from './piece-stream.js';
import type { PieceSource, ResponseHead } from './response-reader.js';
import { toTransportError } from './transport-error.js';

/** An answer whose headers are there. Read its body in one of the ways, or `discard` it: else it keeps its socket. */
export interface UpstreamResponse {
  /** HTTP status, whichever it is. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  /** The media type in lower case without its parameters; empty when there is none. */
  readonly mediaType: string;
  /** Bytes as they come, decompressed. Leaving the loop early closes the socket. Throws `ChatError`. */
  readonly body: AsyncIterable<Uint8Array>;
  /**
   * The whole body; throws `bad-response` when it exceeds the limit. When the status is not 2xx: what there was of it, at
   * most some 64 KiB.
   */
  text(): Promise<string>;
  /** The whole body parsed; blank lines before it, which DeepSeek sends as heartbeats, do no harm. */
  json(): Promise<unknown>;
  /** Closes the socket of an answer that nobody wants to read. */
  discard(): void;
}

interface ResponseContext extends SilenceLimits {
  readonly signal: AbortSignal;
  readonly limits: SizeLimits;
  readonly streamed: boolean;
}

/** So much of an error's body is read; no error says more that anyone wants to know. */
const refusalBytes = 64 * 1024;

const mediaTypeOf = (headers: IncomingHttpHeaders): string => {
  const type = headers['content-type'] ?? '';
  if (type === 'application/json') return type; // nearly always
  return (String(type).split(';', 1)[0] ?? '').trim().toLowerCase();
};

/** Only streams have time limits; an error has one in either delivery, because nobody has to think about its text. */
const silenceOf = (context: ResponseContext, refused: boolean): SilenceLimits | undefined => {
  if (refused) return { ...context, firstContentMs: 0 };
  return context.streamed ? context : undefined;
};

/** Gives a response the limits and the errors of this package. */
export const toUpstreamResponse = (
  { status, headers }: ResponseHead,
  source: PieceSource,
  context: ResponseContext,
): UpstreamResponse => {
  const { provider, model, signal, limits } = context;
  const refused = status < 200 || status >= 300;
  const toError = (error: unknown): Error =>
    toTransportError(error, { provider, model, signal, stage: 'body' });
  const read = (): AsyncIterableIterator<Uint8Array> =>
    new PieceStream(decompress(source, headers['content-encoding']), silenceOf(context, refused), toError);

  const text = async (): Promise<string> => {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const piece of read()) {
        bytes += piece.byteLength;
        pieces.push(piece);
        if (refused && bytes > refusalBytes) break;
        if (bytes > limits.bodyBytes) throw tooLarge('a body', limits.bodyBytes);
      }
    } catch (error) {
      // What a broken error body says is worth more than that it broke: above all, its status stays.
      if (!refused || signal.aborted) throw error;
    }
    return Buffer.concat(pieces).toString('utf8');
  };

  return {
    status,
    headers,
    mediaType: mediaTypeOf(headers),
    body: { [Symbol.asyncIterator]: read },
    text,
    json: async () => parseUpstreamJson(await text()),
    discard: () => {
      source.destroy();
    },
  };
};
