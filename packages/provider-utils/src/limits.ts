import { ChatError, type SizeLimits } from '@lakehouse/chat-core';

export type { SizeLimits } from '@lakehouse/chat-core';

const mebibyte = 1024 * 1024;

/** 64 MiB for a whole body, 16 MiB for a line or event. */
export const defaultLimits: SizeLimits = { bodyBytes: 64 * mebibyte, lineBytes: 16 * mebibyte };

/** The error for an answer that exceeds a limit; the same call would exceed it again. */
export const tooLarge = (what: string, limit: number): ChatError => {
  const size = limit % 1024 === 0 ? `${limit / 1024} KiB` : `${limit} bytes`;
  return new ChatError('bad-response', `The upstream sent ${what} of more than ${size}`, {
    retryable: false,
  });
};
