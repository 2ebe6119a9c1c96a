import type { z } from 'zod';
import { describeMismatch } from './describe-value.js';

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  tuple: 'an array',
  object: 'a table',
  record: 'a table',
};

const listFormat = new Intl.ListFormat('en', { type: 'disjunction' });

const list = (values: readonly unknown[]): string =>
  listFormat.format(
    values.map((value) => (typeof value === 'string' ? JSON.stringify(value) : String(value))),
  );

/** The kinds that the options of a union accept, when each of them says so. */
const unionKinds = (errors: readonly (readonly z.core.$ZodIssue[])[]): string | undefined => {
  const expected = errors.map((issues) => {
    const first = issues[0];
    if (first?.path.length !== 0) return undefined;
    if (first.code === 'invalid_value') return list(first.values);
    return first.code === 'invalid_type' ? (kinds[first.expected] ?? first.expected) : undefined;
  });
  if (!expected.every((kind) => kind !== undefined)) return undefined;
  return listFormat.format(new Set(expected));
};

/**
 * The message of an issue in the words of a configuration file, for `safeParse`'s `error` option: a message that the
 * schema itself gives wins. Undefined where zod's own words are good enough.
 */
export const describeIssue = (issue: z.core.$ZodRawIssue): string | undefined => {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return describeMismatch(`expected ${kinds[issue.expected] ?? issue.expected}`, input);
    case 'invalid_value':
      return `${input === undefined ? 'missing; ' : ''}expected ${list(issue.values)}`;
    case 'invalid_union': {
      if ('options' in issue && Array.isArray(issue.options)) return `expected ${list(issue.options)}`;
      const expected = unionKinds(issue.errors);
      return expected === undefined ? undefined : describeMismatch(`expected ${expected}`, input);
    }
    default:
      return undefined;
  }
};
