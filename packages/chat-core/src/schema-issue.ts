import type { z } from 'zod';
import { ChatError } from './error.js';

type Issue = z.core.$ZodIssue;

/** `["messages", 0, "role"]` as `messages[0].role`. */
export const formatPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');

/** Whether a branch of a union was meant for another kind of value, or for another `type`. */
const isOtherKind = (issues: readonly Issue[]): boolean =>
  issues.some((issue) => {
    if (issue.path.length === 0 && issue.code === 'invalid_union') return issue.errors.every(isOtherKind);
    if (issue.path.length === 0) return issue.code !== 'unrecognized_keys';
    return issue.code === 'invalid_value' && issue.path.length === 1 && issue.path[0] === 'type';
  });

/** Follows a union into the branch that the value was meant for, where that is clear. */
const mostSpecific = (issue: Issue): Issue => {
  if (issue.code !== 'invalid_union') return issue;
  const meant = issue.errors
    .filter((issues) => issues.length > 0 && !isOtherKind(issues))
    .sort((left, right) => left.length - right.length);
  const [best, next] = meant;
  if (!best?.[0] || best.length === next?.length) return issue;
  const inner = mostSpecific(best[0]);
  return { ...inner, path: [...issue.path, ...inner.path] };
};

const describe = (issue: Issue): { path: string; message: string } => {
  if (issue.code === 'unrecognized_keys') {
    return { path: formatPath([...issue.path, issue.keys[0] ?? '']), message: 'there is no such field' };
  }
  const message = issue.message
    .replace(/^Invalid input: /, '')
    .replace(/, received undefined$/, ', but it is missing');
  return { path: formatPath(issue.path), message };
};

/** The first problem that a schema found, as an `invalid-request` whose `path` names the field. */
export const toInvalidRequest = (error: z.ZodError): ChatError => {
  const issue = error.issues[0];
  if (!issue) return new ChatError('invalid-request', 'the request is not valid');
  const { path, message } = describe(mostSpecific(issue));
  return new ChatError('invalid-request', path === '' ? message : `${path}: ${message}`, {
    path: path || undefined,
  });
};
