import { z } from 'zod';
import { mismatch } from './describe-value.js';

const units = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** Node's timers fire at once for anything longer. */
const longest = 2_147_483_647;

const pattern = /^(\d{1,10}(?:\.\d{1,3})?)(ms|s|m|h)$/;

const expected = 'expected a duration with a unit such as "500ms", "3s", "2m" or "1h"';

/** `"90s"` as 90000 milliseconds; undefined when the text is not a duration. Parts of a millisecond are rounded. */
export const parseDuration = (text: string): number | undefined => {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, amount, unit] = match;
  return Math.round(Number(amount) * units[unit as keyof typeof units]);
};

/** Milliseconds as the shortest text that `parseDuration` turns into the same number: 90000 as `"90s"`. */
export const formatDuration = (milliseconds: number): string => {
  for (const [unit, size] of Object.entries(units)) {
    if (milliseconds !== 0 && milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
};

/** A duration with a unit; the output is milliseconds, at most about 24 days (what a timer can wait). */
export const duration = z.string({ error: mismatch(expected) }).transform((text, context): number => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds <= longest) return milliseconds;
  context.addIssue(milliseconds === undefined ? expected : 'expected a duration of at most "596h"');
  return z.NEVER;
});
