import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ChatError, toChatError } from '@lakehouse/chat-core';

const lingerMs = 1_000;

const tooLarge = (limit: number): ChatError =>
  new ChatError('invalid-request', `The body is larger than ${Math.floor(limit / 1024)} KiB`, {
    status: 413,
  });

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
  /** Whether the content type is not looked at. */
  readonly anyContentType?: boolean;
}

/** The limits of a runtime's config for one request. */
export const bodyLimits = (
  { maxBodyBytes, totalMs }: { readonly maxBodyBytes: number; readonly totalMs: number },
  signal: AbortSignal,
): ReadOptions => ({ limit: maxBodyBytes, timeoutMs: totalMs, signal });

const readBytes = (request: IncomingMessage, { limit, timeoutMs, signal }: ReadOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = (settle: () => void): void => {
      over = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onError);
      settle();
    };
    const refuse = (): void => finish(() => drop(request).then(() => reject(tooLarge(limit))));
    const onData = (piece: Buffer): void => {
      bytes += piece.length;
      if (bytes > limit) refuse();
      else pieces.push(piece);
    };
    const onEnd = (): void => {
      const [first] = pieces;
      finish(() => resolve(pieces.length === 1 && first ? first : Buffer.concat(pieces)));
    };
    const onError = (): void =>
      finish(() => reject(new ChatError('aborted', 'The caller left while sending its request')));
    const onAbort = (): void => finish(() => reject(toChatError(undefined, { signal })));
    const limitTime = (): void => {
      if (over || request.complete) return; // most bodies come together with their headers
      timer = setTimeout(() => finish(() => reject(tooSlow())), timeoutMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onError);
    if (signal.aborted) onAbort();
    else if (Number(request.headers['content-length'] ?? 0) > limit) refuse();
    else process.nextTick(limitTime);
  });

const isJson = (contentType: string | undefined): boolean =>
  contentType === 'application/json' || // nearly always
  /^\s*application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType ?? '');

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
  const bytes = await readBytes(request, options);
  if (!isUtf8(bytes)) throw new ChatError('invalid-request', 'The body is not valid UTF-8');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ChatError('invalid-request', 'The body is not valid JSON'); // the parser's own message quotes the text
  }
};
