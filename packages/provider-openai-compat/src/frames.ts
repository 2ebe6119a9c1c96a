import {
  createSseDecoder,
  type Decoder,
  parseJsonLoosely,
  parseUpstreamJson,
  type ServerSentEvent,
  type SizeLimits,
  tooLarge,
} from '@lakehouse/provider-utils';

/** One thing that an upstream said in a body. */
export type Frame =
  | { readonly type: 'chunk'; readonly value: unknown }
  | { readonly type: 'error'; readonly value: unknown }
  | { readonly type: 'done' }
  /** The body was one JSON value, whether or not a stream was asked for. */
  | { readonly type: 'whole'; readonly value: unknown }
  /** The body was an HTML page. */
  | { readonly type: 'page'; readonly text: string };

/** White space, which DeepSeek sends before a body to keep it alive, and the three bytes of a byte order mark. */
const skipped = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

const kinds: Readonly<Record<string, 'json' | 'html'>> = { '{': 'json', '[': 'json', '<': 'html' };

const toFrame = ({ event, data }: ServerSentEvent): Frame | undefined => {
  const text = data.trim();
  if (text === '') return undefined;
  if (event === 'error') return { type: 'error', value: parseJsonLoosely(text) ?? { message: text } };
  return text === '[DONE]' ? { type: 'done' } : { type: 'chunk', value: parseUpstreamJson(text) };
};

const toWhole = (kind: 'json' | 'html', bytes: readonly Uint8Array[]): Frame => {
  const text = Buffer.concat(bytes).toString('utf8');
  return kind === 'json' ? { type: 'whole', value: parseUpstreamJson(text) } : { type: 'page', text };
};

/**
 * Decodes the body of a 200, piece by piece. What it is, is told by its first character and not by its content type:
 * proxies send none or a wrong one, and servers answer a stream request with a JSON error. Nothing at all gives no frame.
 * Throws `bad-response`, after the frames before what is wrong.
 */
export class FrameDecoder {
  readonly #limits: SizeLimits;
  #events: Decoder<ServerSentEvent> | undefined; // a whole answer needs none
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;
  #kind: 'json' | 'html' | 'events' | undefined;

  constructor(limits: SizeLimits) {
    this.#limits = limits;
  }

  /** The frames that this piece completes. */
  *push(bytes: Uint8Array): Generator<Frame> {
    let piece = bytes;
    if (this.#kind === undefined) {
      const start = piece.findIndex((byte) => !skipped.has(byte));
      if (start === -1) return;
      piece = piece.subarray(start);
      this.#kind = kinds[String.fromCharCode(piece[0] ?? 0)] ?? 'events';
    }
    if (this.#kind === 'events') yield* toFrames(this.#sse().push(piece));
    else this.#hold(piece);
  }

  /** What is still held when the body ends. */
  *end(): Generator<Frame> {
    if (this.#kind === 'json' || this.#kind === 'html') yield toWhole(this.#kind, this.#held);
    else if (this.#events) yield* toFrames(this.#events.end());
  }

  #sse(): Decoder<ServerSentEvent> {
    this.#events ??= createSseDecoder(this.#limits.lineBytes);
    return this.#events;
  }

  #hold(piece: Uint8Array): void {
    const { bodyBytes } = this.#limits;
    this.#heldBytes += piece.byteLength;
    if (this.#heldBytes > bodyBytes) throw tooLarge('a body', bodyBytes);
    this.#held.push(piece);
  }
}

function* toFrames(events: readonly ServerSentEvent[]): Generator<Frame> {
  for (const event of events) {
    const frame = toFrame(event);
    if (frame) yield frame;
  }
}
