import { type Context, createContext, Script } from 'node:vm';
import type { ChatRequest, ChatWarning, JsonObject } from '@lakehouse/chat-core';
import { z } from 'zod';
import { explicitSchema } from './explicit-schema.js';
import { parseJsonLoosely } from './loose-json.js';

/** What `ChatRequest.format` may be. */
type Format = NonNullable<ChatRequest['format']>;

/** A sentence for the prompt of a model whose server does not enforce a format. */
export const formatInstruction = (format: Format): string =>
  format === 'json'
    ? 'Answer with one JSON value and nothing else: no explanation, no code fence.'
    : `Answer with one JSON value that satisfies this JSON Schema and nothing else: no explanation, no code fence.\n${JSON.stringify(format)}`;

/** How long a check may hold up the event loop. */
const checkMs = 200;

const script = new Script('check()');
let context: Context | undefined;

/**
 * Runs a check that its caller's schema may make endless: a `pattern` that backtracks, references that multiply. Node can
 * stop running code only from outside of its context, whatever it is busy with.
 */
const withinTime = <Result>(check: () => Result): Result => {
  context ??= createContext({});
  context.check = check;
  try {
    return script.runInContext(context, { timeout: checkMs }) as Result;
  } finally {
    context.check = undefined; // it holds an answer
  }
};

/** Where an answer leaves its schema; undefined when it satisfies it. */
const firstIssue = (schema: JsonObject, value: unknown): string | undefined => {
  const type = z.fromJSONSchema(explicitSchema(schema) as Parameters<typeof z.fromJSONSchema>[0]);
  const result = type.safeParse(value);
  if (result.success) return undefined;
  const path = result.error.issues[0]?.path.join('.') ?? '';
  return `The answer does not satisfy the schema${path === '' ? '' : ` at ${path}`}`;
};

/**
 * Holds an answer against the format that was asked for; undefined when it satisfies it. The warning's code is
 * `answer-mismatch`, or `other` when the answer is JSON but its schema cannot be checked here. Never throws.
 */
export const checkFormat = (format: Format, text: string): ChatWarning | undefined => {
  const warn = (message: string): ChatWarning => ({ code: 'answer-mismatch', parameter: 'format', message });
  const value = parseJsonLoosely(text);
  if (value === undefined) return warn('The answer is not JSON');
  if (format === 'json') return undefined;
  try {
    const issue = withinTime(() => firstIssue(format, value));
    return issue === undefined ? undefined : warn(issue);
  } catch {
    // A keyword that zod does not know, a reference that leads nowhere or in a circle, or a check without end.
    return {
      ...warn('The answer is JSON, but it could not be checked against its schema here'),
      code: 'other',
    };
  }
};
