import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ChatError, type Turn, toChatError } from '@lakehouse/chat-core';
import { formatByteSize } from '@lakehouse/config-file';
import { BodyPieces, freeBytes } from './body-pieces.js';

const lingerMs = 1_000;

const tooLarge = (limit: number): ChatError => {
  const message = `The body is larger than ${formatByteSize(limit)}, this service's max_body`;
  return new ChatError('invalid-request', message, { status: 413 });
};

const tooSlow = (): ChatError =>
  new ChatError('timeout', 'The body did not arrive in time', {
    phase: 'total',
    status: 408,
    retryable: false,
  });

/**
 * The rest of a body that is refused is read and dropped for a moment before the answer: a client that is still sending
 * would otherwise see a reset connection. What comes later is dropped by node:http until its own time limit.
 */
const drop = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, lingerMs);
    request.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    request.resume();
  });

export interface ReadOptions {
  /** In bytes. */
  readonly limit: number;
  /** How long the body may take to arrive. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** A body that is complete is handed on with all others of its turn. */
  readonly turn: Turn;
  /** Whether the content type is not looked at. */
  readonly anyContentType?: boolean;
}

/** The limits of a runtime's config for one request. */
export const bodyLimits = (
  { maxBodyBytes, totalMs }: { readonly maxBodyBytes: number; readonly totalMs: number },
  { signal, turn }: Pick<ReadOptions, 'signal' | 'turn'>,
): ReadOptions => ({ limit: maxBodyBytes, timeoutMs: totalMs, signal, turn });

const readBytes = (
  request: IncomingMessage,
  { limit, timeoutMs, signal, turn }: ReadOptions,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    const pieces = new BodyPieces();
    let over = false;
    let stopWaiting: (() => void) | undefined;
    const finish = (): void => {
      over = true;
      stopWaiting?.();
    };
    const fail = (error: ChatError): void => {
      finish();
      pieces.discard();
      reject(error);
    };
    const refuse = (): void => {
      finish();
      pieces.discard();
      void drop(request).then(() => reject(tooLarge(limit)));
    };
    const onData = (piece: Buffer): void => {
      if (over) return;
      if (pieces.length + piece.length > limit) refuse();
      else pieces.add(piece);
    };
    const onEnd = (): void => {
      if (over) return;
      finish();
      turn.add({ proceed: () => resolve(pieces.take()) });
    };
    // An aborted request is closed too, and node:http tells no error where nobody listens to it.
    const onClose = (): void => {
      if (!over) fail(new ChatError('aborted', 'The caller left while sending its request'));
    };
    const wait = (): void => {
      // Most bodies come together with their headers; node:http tells only later that they are complete.
      if (over || request.complete || (announced > 0 && pieces.length === announced)) return;
      const onAbort = (): void => fail(toChatError(undefined, { signal }));
      const timer = setTimeout(() => fail(tooSlow()), timeoutMs);
      signal.addEventListener('abort', onAbort, { once: true });
      stopWaiting = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      if (signal.aborted) onAbort();
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    if (announced > limit) refuse();
    else process.nextTick(wait);
  });

const isJson = (contentType: string | undefined): boolean =>
  contentType === 'application/json' || // nearly always
  /^\s*application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType ?? '');

/** The text of bytes that nobody needs afterwards. */
const toText = (bytes: Buffer): string => {
  try {
    if (!isUtf8(bytes)) throw new ChatError('invalid-request', 'The body is not valid UTF-8');
    return bytes.toString('utf8');
  } finally {
    freeBytes(bytes);
  }
};

/**
 * Reads a JSON body. Throws `invalid-request` (415 for another content type or an encoding, 413 above the limit, 400 for
 * what is not JSON), `timeout` (408) when it does not arrive, and `aborted`.
 */
export const readJson = async (request: IncomingMessage, options: ReadOptions): Promise<unknown> => {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!options.anyContentType && !isJson(request.headers['content-type'])) {
    await drop(request);
    throw new ChatError('invalid-request', 'Send the body as content-type: application/json', {
      status: 415,
    });
  }
  if (encoding !== 'identity') {
    await drop(request);
    throw new ChatError('invalid-request', 'Send the body without a content-encoding', { status: 415 });
  }
  const text = toText(await readBytes(request, options));
  try {
    return JSON.parse(text);
  } catch {
    throw new ChatError('invalid-request', 'The body is not valid JSON'); // the parser's own message quotes the text
  }
};
