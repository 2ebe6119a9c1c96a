import {
  createSseDecoder,
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

const toFrame = ({ event, data }: ServerSentEvent): readonly Frame[] => {
  const text = data.trim();
  if (text === '') return [];
  if (event === 'error') return [{ type: 'error', value: parseJsonLoosely(text) ?? { message: text } }];
  return [text === '[DONE]' ? { type: 'done' } : { type: 'chunk', value: parseUpstreamJson(text) }];
};

const toWhole = (kind: 'json' | 'html', bytes: readonly Uint8Array[]): Frame => {
  const text = Buffer.concat(bytes).toString('utf8');
  return kind === 'json' ? { type: 'whole', value: parseUpstreamJson(text) } : { type: 'page', text };
};

/**
 * Decodes the body of a 200. What it is, is told by its first character and not by its content type: proxies send none
 * or a wrong one, and servers answer a stream request with a JSON error. Nothing at all gives no frame. Throws
 * `bad-response`.
 */
export async function* readFrames(
  body: AsyncIterable<Uint8Array>,
  limits: SizeLimits,
): AsyncGenerator<Frame> {
  const events = createSseDecoder(limits.lineBytes);
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let kind: 'json' | 'html' | 'events' | undefined;
  for await (let piece of body) {
    if (kind === undefined) {
      const start = piece.findIndex((byte) => !skipped.has(byte));
      if (start === -1) continue;
      piece = piece.subarray(start);
      kind = kinds[String.fromCharCode(piece[0] ?? 0)] ?? 'events';
    }
    if (kind === 'events') {
      for (const event of events.push(piece)) yield* toFrame(event);
      continue;
    }
    heldBytes += piece.byteLength;
    if (heldBytes > limits.bodyBytes) throw tooLarge('a body', limits.bodyBytes);
    held.push(piece);
  }
  if (kind === 'json' || kind === 'html') yield toWhole(kind, held);
  else for (const event of events.end()) yield* toFrame(event);
}
