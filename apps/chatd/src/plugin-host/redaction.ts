import { isChatError, type Secret, withErrorDetails } from '@lakehouse/chat-core';

/** Takes the keys that an instance was given out of what comes back from it. */
export interface Redaction {
  /** From now on this key is taken out. */
  add(secret: Secret): void;
  text(text: string): string;
  /** All texts in a JSON-like value; what holds no key is the same object. */
  value<T>(value: T): T;
  /** An error with its whole chain of causes, of which the rest keeps name, message and stack. */
  error(error: unknown): unknown;
}

/** A local server's placeholder such as "x" is no secret, and would be found in every other word. */
const shortestKey = 4;
const longestChain = 8;

/** A key as it stands, in a URL, and in JSON. */
const formsOf = (key: string): readonly string[] => [
  key,
  encodeURIComponent(key.toWellFormed()),
  JSON.stringify(key).slice(1, -1),
];

export const createRedaction = (): Redaction => {
  let forms: readonly string[] = []; // the longest first: one key may be the beginning of another

  const text = (given: string): string => {
    let redacted = given;
    for (const form of forms) redacted = redacted.replaceAll(form, '[redacted]');
    return redacted;
  };

  const value = <T>(given: T): T => {
    if (forms.length === 0) return given;
    if (typeof given === 'string') return text(given) as T;
    if (typeof given !== 'object' || given === null || ArrayBuffer.isView(given)) return given;
    if (Array.isArray(given)) {
      const items = given.map((item: unknown) => value(item));
      return items.some((item, index) => !Object.is(item, given[index])) ? (items as T) : given;
    }
    if ('toJSON' in given && typeof given.toJSON === 'function') {
      const json = given.toJSON() as unknown; // a URL, for example, has no fields
      const redacted = value(json);
      return redacted === json ? given : (redacted as T);
    }
    const fields = Object.entries(given);
    const redacted = fields.map(([name, field]: [string, unknown]) => [text(name), value(field)] as const);
    const changed = redacted.some(
      ([name, field], index) => name !== fields[index]?.[0] || !Object.is(field, fields[index]?.[1]),
    );
    return changed ? (Object.fromEntries(redacted) as T) : given;
  };

  const error = (given: unknown, depth = 0): unknown => {
    if (forms.length === 0) return given;
    if (depth === longestChain) return undefined;
    if (!isChatError(given) && !(given instanceof Error)) return value(given);
    const cause = given.cause === undefined ? undefined : error(given.cause, depth + 1);
    const message = value(given.message);
    const copy = isChatError(given)
      ? withErrorDetails(given, {
          message,
          cause,
          provider: value(given.provider),
          model: value(given.model),
          path: value(given.path),
          upstreamRequestId: value(given.upstreamRequestId),
          bodyExcerpt: value(given.bodyExcerpt),
          attempts: value(given.attempts),
        })
      : Object.assign(new Error(message, { cause }), { name: value(given.name) });
    copy.stack = value(given.stack ?? message);
    return copy;
  };

  return {
    add(secret) {
      const key = secret.reveal();
      if (key.length < shortestKey) return;
      const all = new Set([...forms, ...formsOf(key)]);
      forms = [...all].sort((left, right) => right.length - left.length);
    },
    text,
    value,
    error(given) {
      try {
        return error(given);
      } catch {
        return new Error('An error that cannot be read: a getter of it throws, or it holds itself');
      }
    },
  };
};
