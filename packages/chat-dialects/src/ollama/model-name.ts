import { createHash } from 'node:crypto';

/** The tag that a name without one has in this protocol; several clients append it. */
const defaultTag = ':latest';

/** A name without the tag `:latest`: with and without it, it is the same model. All else of a name is kept. */
export const withoutDefaultTag = (name: string): string =>
  name.endsWith(defaultTag) && name.length > defaultTag.length ? name.slice(0, -defaultTag.length) : name;

/** Whether two names are one model. */
export const isSameModel = (left: string, right: string): boolean =>
  withoutDefaultTag(left) === withoutDefaultTag(right);

/** 64 hexadecimal characters for a model without a file: clients slice a digest without looking at its length. */
export const digestOf = (name: string): string => createHash('sha256').update(name).digest('hex');
