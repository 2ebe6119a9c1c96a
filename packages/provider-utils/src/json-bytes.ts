import { transcode } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { isStringOneByteRepresentation } from 'node:v8';

/** In characters. Shorter texts stay in their value: to take them out would cost what it saves. */
const long = 2 * 1024;

/** In characters. Larger strings, of 128 KiB and more, V8 keeps apart, and to make one costs more than to write it. */
const mostAtOnce = 32 * 1024;

/** How deep long texts are looked for; those of a chat are within six levels. It also ends a value that holds itself. */
const levels = 8;

/** Stands for a text that is taken out. Nobody outside of this process has seen it. */
const mark = randomUUID();

/** For UTF-16, in which escapes may make a piece longer. One for all, because nothing comes between writing and reading it. */
const scratch = Buffer.allocUnsafeSlow(mostAtOnce * 4);

/** V8 is slow with strings that hold a character beyond Latin-1, and with short ones as quick as any. */
const toUtf8 = (text: string): Buffer =>
  text.length < long * 4 || text.length * 2 > scratch.length || isStringOneByteRepresentation(text)
    ? Buffer.from(text)
    : transcode(scratch.subarray(0, scratch.write(text, 'utf16le')), 'utf16le', 'utf8');

type Members = Record<string, unknown> | unknown[];

/** Whether JSON.stringify looks at nothing but its members. */
const isPlain = (value: object): value is Members =>
  (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) && !('toJSON' in value);

/** The value with a mark in place of each long text, which goes to `texts`; the very same where there is none. */
const takeOut = (value: unknown, texts: string[], level = 0): unknown => {
  if (typeof value === 'string') {
    if (value.length < long) return value;
    texts.push(value);
    return mark;
  }
  if (typeof value !== 'object' || value === null || level === levels || !isPlain(value)) return value;
  return Array.isArray(value) ? takeOutOfItems(value, texts, level) : takeOutOfMembers(value, texts, level);
};

const takeOutOfItems = (items: readonly unknown[], texts: string[], level: number): readonly unknown[] => {
  let copy: unknown[] | undefined;
  for (let index = 0; index < items.length; index += 1) {
    const marked = takeOut(items[index], texts, level + 1);
    if (marked === items[index]) continue;
    copy ??= [...items];
    copy[index] = marked;
  }
  return copy ?? items;
};

const takeOutOfMembers = (members: Record<string, unknown>, texts: string[], level: number): unknown => {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(members)) {
    const marked = takeOut(members[key], texts, level + 1);
    if (marked === members[key]) continue;
    copy ??= { ...members };
    copy[key] = marked;
  }
  return copy ?? members;
};

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** A text as JSON without its quotes, in pieces that end between two characters. */
const addText = (pieces: Buffer[], text: string): void => {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = Math.min(start + mostAtOnce, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    pieces.push(toUtf8(JSON.stringify(text.slice(start, end))).subarray(1, -1));
  }
};

/**
 * What `JSON.stringify` gives, as UTF-8 in pieces, without a string as large as the whole. Throws a TypeError for what JSON
 * cannot hold.
 */
export const toJsonBytes = (value: unknown): readonly Buffer[] => {
  const texts: string[] = [];
  const shorter = takeOut(value, texts);
  if (texts.reduce((sum, { length }) => sum + length, 0) <= mostAtOnce)
    return [toUtf8(JSON.stringify(value))];
  const rest = JSON.stringify(shorter);
  const pieces: Buffer[] = [];
  for (const [index, part] of rest.split(mark).entries()) {
    pieces.push(Buffer.from(part));
    const text = texts[index];
    if (text !== undefined) addText(pieces, text);
  }
  return pieces;
};
