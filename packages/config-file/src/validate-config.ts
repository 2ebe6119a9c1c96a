import type { z } from 'zod';
import type { ConfigDocument } from './config-document.js';
import { describeIssue } from './describe-issue.js';
import { ConfigError, type KeyPath, type Problem } from './problem.js';
import { didYouMean } from './suggest.js';

/** Which part of a document a schema is for; by default all of it. */
export interface CheckConfigOptions {
  /** The path of the part. */
  readonly at?: KeyPath;
  /** Checked in place of the value at `at`, for example a table without the keys that the host itself reads. */
  readonly value?: unknown;
  /** Keys of the same table that the host reads itself, so that a misspelt one is recognised. */
  readonly alsoKnown?: readonly string[];
}

/** The checked value with its defaults, or everything that is wrong. */
export type CheckedConfig<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly problems: readonly Problem[] };

const valueAt = (document: ConfigDocument, path: KeyPath): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    document.value,
  );

const isTypeMismatch = (issue: z.core.$ZodIssue): boolean =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');

/** What is wrong in the one option of a union that has the right type; undefined when no or several options have. */
const matchingOption = (issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] | undefined => {
  if (issue.code !== 'invalid_union') return undefined;
  const options = issue.errors.filter((issues) => !issues.some(isTypeMismatch));
  return options.length === 1 ? options[0] : undefined;
};

const knownKeys = (issue: z.core.$ZodRawIssue): readonly string[] => {
  const def: object | undefined = issue.inst?._zod.def;
  if (def === undefined || !('shape' in def)) return [];
  return Object.keys(def.shape as Readonly<Record<string, unknown>>);
};

const unknownKey = (name: string, known: readonly string[]): string => {
  const meant = didYouMean(name, known);
  if (meant !== '' || known.length === 0) return `unknown key${meant}`;
  return `unknown key; expected ${known.length === 1 ? '' : 'one of '}${known.join(', ')}`;
};

/** Checks a document, or a part of it, with a zod schema that has no asynchronous checks. */
export const checkConfig = <S extends z.ZodType>(
  document: ConfigDocument,
  schema: S,
  options: CheckConfigOptions = {},
): CheckedConfig<z.output<S>> => {
  const { at = [], alsoKnown = [] } = options;
  const value = 'value' in options ? options.value : valueAt(document, at);
  // Only the raw issue knows its schema; the list of unknown keys is the one thing it shares with the final issue.
  const knownBeside = new Map<readonly string[], readonly string[]>();
  const result = schema.safeParse(value, {
    error(issue) {
      if (issue.code === 'unrecognized_keys') knownBeside.set(issue.keys, knownKeys(issue));
      return describeIssue(issue);
    },
  });
  if (result.success) return result;

  const toProblems = (issue: z.core.$ZodIssue, base: KeyPath): readonly Problem[] => {
    const path = [...base, ...(issue.path as KeyPath)];
    const inner = matchingOption(issue);
    if (inner) return inner.flatMap((nested) => toProblems(nested, path));
    if (issue.code === 'unrecognized_keys') {
      const own = knownBeside.get(issue.keys) ?? [];
      const known = path.length === at.length ? [...alsoKnown, ...own] : own;
      return issue.keys.map((key) => document.problem([...path, key], unknownKey(key, known), 'key'));
    }
    if (issue.code === 'invalid_key') {
      return [document.problem(path, issue.issues[0]?.message ?? issue.message, 'key')];
    }
    return [document.problem(path, issue.message)];
  };
  return { success: false, problems: result.error.issues.flatMap((issue) => toProblems(issue, at)) };
};

/**
 * The typed content of a document, or of a part of it. Throws a `ConfigError` with one line per problem: file, line,
 * column, path, what is wrong and what would be right.
 */
export const validateConfig = <S extends z.ZodType>(
  document: ConfigDocument,
  schema: S,
  options: CheckConfigOptions = {},
): z.output<S> => {
  const result = checkConfig(document, schema, options);
  if (!result.success) throw new ConfigError(result.problems);
  return result.data;
};
