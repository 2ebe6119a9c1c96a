import { ChatError } from '@lakehouse/chat-core';

/** Sizes above which an upstream's answer is refused rather than held in memory. */
export interface SizeLimits {
  /** Bytes of an answer that is read whole. */
  readonly bodyBytes: number;
  /** Bytes of one line (NDJSON) or one event (SSE): a whole tool call with a large argument is one line. */
  readonly lineBytes: number;
}

const mebibyte = 1024 * 1024;

/** 64 MiB for a whole body, 16 MiB for a line or event. */
export const defaultLimits: SizeLimits = { bodyBytes: 64 * mebibyte, lineBytes: 16 * mebibyte };

/** The error for an answer that exceeds a limit; the same call would exceed it again. */
export const tooLarge = (what: string, limit: number): ChatError =>
  new ChatError('bad-response', `The upstream sent ${what} of more than ${Math.floor(limit / 1024)} KiB`, {
    retryable: false,
  });
