import { ChatError, type SizeLimits } from '@lakehouse/chat-core';

export type { SizeLimits } from '@lakehouse/chat-core';

const mebibyte = 1024 * 1024;

/** 64 MiB for a whole body, 16 MiB for a line or event. */
export const defaultLimits: SizeLimits = { bodyBytes: 64 * mebibyte, lineBytes: 16 * mebibyte };

const units = { GiB: 1024 * mebibyte, MiB: mebibyte, KiB: 1024 };

/** In the largest unit that divides it, as chatd's config writes sizes. */
const formatSize = (bytes: number): string => {
  for (const [unit, size] of Object.entries(units)) if (bytes % size === 0) return `${bytes / size}${unit}`;
  return `${bytes}B`;
};

/** The error for an answer that exceeds a limit; the same call would exceed it again. */
export const tooLarge = (what: string, limit: number): ChatError =>
  new ChatError('bad-response', `The upstream sent ${what} of more than ${formatSize(limit)}`, {
    retryable: false,
  });
