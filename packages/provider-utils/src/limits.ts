import { ChatError, type SizeLimits } from '@lakehouse/chat-core';

export type { SizeLimits } from '@lakehouse/chat-core';

const mebibyte = 1024 * 1024;

/** 64 MiB for a whole body, 16 MiB for a line or event. */
export const defaultLimits: SizeLimits = { bodyBytes: 64 * mebibyte, lineBytes: 16 * mebibyte };

const inWords = (bytes: number): string => {
  if (bytes % mebibyte === 0) return `${bytes / mebibyte}MiB`;
  return bytes % 1024 === 0 ? `${bytes / 1024}KiB` : `${bytes}B`;
};

/** The error for an answer that exceeds a limit; the same call would exceed it again. */
export const tooLarge = (what: string, limit: number): ChatError =>
  new ChatError('bad-response', `The upstream sent ${what} of more than ${inWords(limit)}`, {
    retryable: false,
  });
