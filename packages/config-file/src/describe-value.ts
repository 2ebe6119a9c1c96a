import type { z } from 'zod';

/** The kind of a value, in words; never the value itself, which may be a key put in the wrong place. */
const describeKind = (value: unknown): string => {
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'string':
      return 'a string';
    case 'number':
      return Number.isFinite(value) ? 'a number' : 'inf or nan';
    case 'boolean':
      return 'a boolean';
    default:
      return 'a table';
  }
};

/** `missing; expected a string` or `expected a string, found a number`. */
export const describeMismatch = (expected: string, input: unknown): string =>
  input === undefined ? `missing; ${expected}` : `${expected}, found ${describeKind(input)}`;

/** The `error` parameter of a zod schema that wants text of a certain form. */
export const mismatch =
  (expected: string): z.core.$ZodErrorMap =>
  ({ input }) =>
    describeMismatch(expected, input);
