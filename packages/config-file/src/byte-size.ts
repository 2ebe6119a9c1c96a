import { z } from 'zod';
import { mismatch } from './describe-value.js';

const units = { GiB: 1024 ** 3, MiB: 1024 ** 2, KiB: 1024, B: 1 } as const;

const pattern = /^(\d{1,10}(?:\.\d{1,3})?)(B|KiB|MiB|GiB)$/;

const expected = 'expected a size with a unit such as "512KiB", "32MiB" or "1GiB"';

/** `"32MiB"` as 33554432 bytes; undefined when the text is not a size. Parts of a byte are rounded. */
export const parseByteSize = (text: string): number | undefined => {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, amount, unit] = match;
  const bytes = Math.round(Number(amount) * units[unit as keyof typeof units]);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
};

/** Bytes in the largest unit that divides them: 33554432 as `"32MiB"`. */
export const formatByteSize = (bytes: number): string => {
  for (const [unit, size] of Object.entries(units)) {
    if (bytes !== 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
};

/** A size with a binary unit; the output is bytes. */
export const byteSize = z.string({ error: mismatch(expected) }).transform((text, context): number => {
  const bytes = parseByteSize(text);
  if (bytes !== undefined) return bytes;
  context.addIssue(expected);
  return z.NEVER;
});
