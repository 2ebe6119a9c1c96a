import { transcode } from 'node:buffer';
import { randomUUID } from 'node:crypto';

/** In characters. Shorter texts stay in their value: to take them out would cost what it saves. */
const long = 1024;

/**
 * In characters. Strings of 128 KiB, which are 65,536 characters, V8 keeps apart, and to make one costs more than to write it: half
 * of that leaves room for what is escaped.
 */
const mostAtOnce = 32 * 1024;

/** In characters, of several texts and what lies between them. */
const mostTogether = 48 * 1024;

/** How deep long texts are looked for; the arguments of a tool call are seven levels below a chat. */
const levels = 8;

/** How many members are looked at, so that a value that holds itself, which JSON.stringify refuses, comes to it soon. */
const mostMembers = 100_000;

/** Stands for a text that is taken out. Nobody outside of this process has seen it. */
const mark = randomUUID();

/** For UTF-16. One for all, because nothing comes between writing and reading it. */
const scratch = Buffer.allocUnsafeSlow(mostTogether * 4);

/** `Buffer.from` counts the bytes before it writes them, and is slow with characters beyond Latin-1. */
const toUtf8 = (text: string): Buffer =>
  text.length < 8 * 1024 || text.length * 2 > scratch.length
    ? Buffer.from(text)
    : transcode(scratch.subarray(0, scratch.write(text, 'utf16le')), 'utf16le', 'utf8');

/** Whether JSON.stringify looks at nothing but its members. */
const isPlain = (value: object): value is Record<string, unknown> | unknown[] =>
  Object.getPrototypeOf(value) === (Array.isArray(value) ? Array.prototype : Object.prototype) &&
  !('toJSON' in value);

/** Long texts of a value. */
class LongTexts {
  readonly texts: string[] = [];
  #members = 0;

  /** The value with a mark in place of each long text; the very same where there is none. */
  takeOut(value: unknown, level = 0): unknown {
    if (typeof value === 'string') {
      if (value.length < long) return value;
      this.texts.push(value);
      return mark;
    }
    if (typeof value !== 'object' || value === null || level === levels || !isPlain(value)) return value;
    return Array.isArray(value) ? this.#ofItems(value, level) : this.#ofMembers(value, level);
  }

  #ofItems(items: readonly unknown[], level: number): readonly unknown[] {
    let copy: unknown[] | undefined;
    for (let index = 0; index < items.length && this.#members < mostMembers; index += 1) {
      this.#members += 1;
      const marked = this.takeOut(items[index], level + 1);
      if (marked === items[index]) continue;
      copy ??= items.slice();
      copy[index] = marked;
    }
    return copy ?? items;
  }

  #ofMembers(members: Readonly<Record<string, unknown>>, level: number): Readonly<Record<string, unknown>> {
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(members)) {
      if (key === 'tools' || this.#members === mostMembers) continue; // many members, and hardly a long text
      this.#members += 1;
      const marked = this.takeOut(members[key], level + 1);
      if (marked === members[key]) continue;
      copy ??= { ...members };
      copy[key] = marked;
    }
    return copy ?? members;
  }
}

/** Joins what is short, so that each piece is worth a write of its own. */
class JsonPieces {
  readonly #pieces: Buffer[] = [];
  #pending = '';

  add(json: string): void {
    if (this.#pending.length + json.length > mostTogether) this.#flush();
    this.#pending += json;
  }

  /** A text without its quotes, in pieces that end between two characters. */
  addText(text: string): void {
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = Math.min(start + mostAtOnce, text.length);
      if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
      this.add(JSON.stringify(text.slice(start, end)).slice(1, -1));
    }
  }

  end(): readonly Buffer[] {
    this.#flush();
    return this.#pieces;
  }

  #flush(): void {
    if (this.#pending.length > 0) this.#pieces.push(toUtf8(this.#pending));
    this.#pending = '';
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/**
 * What `JSON.stringify` gives, as UTF-8 in pieces. Long texts within eight levels of plain objects and lists are written piece by
 * piece, so that no string as large as they are is made. Throws for what JSON cannot hold.
 */
export const toJsonBytes = (value: unknown): readonly Buffer[] => {
  const found = new LongTexts();
  const shorter = found.takeOut(value);
  const pieces = new JsonPieces();
  if (found.texts.reduce((sum, { length }) => sum + length, 0) <= mostAtOnce) {
    pieces.add(JSON.stringify(value));
    return pieces.end();
  }
  for (const [index, part] of JSON.stringify(shorter).split(mark).entries()) {
    pieces.add(part);
    const text = found.texts[index];
    if (text !== undefined) pieces.addText(text);
  }
  return pieces.end();
};
