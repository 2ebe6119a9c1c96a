import { ChatError, isChatError, toChatError } from '@lakehouse/chat-core';
import type { Response } from 'express';

const heartbeatMs = 15_000;

/** Pieces of one turn that are longer together are sent before it is over. */
const mostHeld = 16 * 1024;

/** A response that is written piece by piece. */
export interface EventStream {
  /**
   * Sends a piece together with all others of the same turn of the event loop. Gives something to wait for while the
   * reader is slower than the writer; that throws `aborted` when the reader takes nothing for `stallMs`.
   */
  write(text: string): Promise<void> | undefined;
  /** Sends a last text, however long; a reader that has not taken what was sent before does not get it. */
  end(text: string): void;
}

export interface EventStreamOptions {
  readonly signal: AbortSignal;
  readonly contentType: string;
  /** What means nothing and may be sent while there is nothing to say; empty for protocols without such a thing. */
  readonly keepAlive: () => string;
  /** How long a reader may take nothing, in milliseconds. */
  readonly stallMs: number;
}

/**
 * Resolves when the reader takes something again; the wait obeys the signal and the limit. A time limit of the call does not
 * end it: the reader is there, and is to get what it waits for with the error behind it, not half of an event.
 */
const drained = (response: Response, { signal, stallMs }: EventStreamOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      response.off('drain', onDrain).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onDrain = (): void => finish(resolve);
    const onClose = (): void => finish(() => reject(new ChatError('aborted', 'The caller left')));
    const onAbort = (): void => {
      if (!isTimeout(signal.reason)) finish(() => reject(toChatError(undefined, { signal })));
    };
    const timer = setTimeout(
      () => finish(() => reject(new ChatError('aborted', 'The caller stopped reading its answer'))),
      stallMs,
    );
    response.on('drain', onDrain).on('close', onClose);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });

const isTimeout = (reason: unknown): boolean => isChatError(reason) && reason.code === 'timeout';

/** A streamed answer: never buffered on the way, and kept alive while there is nothing to say. */
export const openEventStream = (response: Response, options: EventStreamOptions): EventStream => {
  response.writeHead(200, {
    'content-type': options.contentType,
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  let held = '';
  const flush = (): void => {
    if (held === '') return;
    const text = held;
    held = '';
    response.write(text);
  };
  const heartbeat = setInterval(() => {
    const text = response.writableNeedDrain ? '' : options.keepAlive();
    if (text !== '') response.write(text);
  }, heartbeatMs);
  response.once('close', () => clearInterval(heartbeat));
  return {
    write(text) {
      if (held === '') {
        heartbeat.refresh();
        process.nextTick(flush); // it comes when everything that one piece of the upstream brought has been written
      }
      held += text;
      if (held.length < mostHeld && !response.writableNeedDrain) return undefined;
      flush();
      return response.writableNeedDrain && !response.destroyed ? drained(response, options) : undefined;
    },
    end(text) {
      clearInterval(heartbeat);
      // What a reader has not taken by now it will not take: ending would wait for it.
      if (response.destroyed || response.writableNeedDrain) response.destroy();
      else response.end(held + text);
      held = '';
    },
  };
};
