import { parseToolArguments } from '@lakehouse/chat-core';

/** Text of a stream, and what of it has been sent. A piece costs as much at the end of a long text as at its beginning. */
export class GrowingText {
  #text = '';
  #waiting = '';

  get text(): string {
    return this.#text;
  }

  /** Whether any of it has been sent. */
  get begun(): boolean {
    return this.#waiting.length < this.#text.length;
  }

  add(piece: string): void {
    this.#text += piece;
    this.#waiting += piece;
  }

  /** What has not been sent. The whole text is not looked at: an engine would copy it for that, with every piece. */
  take(): string {
    const waiting = this.#waiting;
    this.#waiting = '';
    return waiting;
  }
}

const nesting: Readonly<Record<string, number>> = { '{': 1, '[': 1, '}': -1, ']': -1 };

/** Finds the end of the outermost object or list of JSON text that comes in pieces. */
class JsonEnd {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #reached = false;
  #passed = false;

  /** Whether the end has come, with nothing but blanks behind it. */
  get last(): boolean {
    return this.#reached && !this.#passed;
  }

  read(piece: string): void {
    for (const letter of piece) {
      if (this.#inString) this.#readString(letter);
      else this.#readBetween(letter);
    }
  }

  #readString(letter: string): void {
    if (letter === '"' && !this.#escaped) this.#inString = false;
    this.#escaped = letter === '\\' && !this.#escaped;
  }

  #readBetween(letter: string): void {
    if (this.#reached && letter.trim() !== '') this.#passed = true;
    this.#inString = letter === '"';
    const step = nesting[letter] ?? 0;
    this.#depth += step;
    if (step !== 0 && this.#depth === 0) this.#reached = true;
  }
}

/** The arguments of a tool call in a stream. */
export class GrowingArguments extends GrowingText {
  readonly #end = new JsonEnd();
  #first: string | undefined;
  #isObject: boolean | undefined;

  /** Whether they are a JSON object, to which nothing can be added. */
  get complete(): boolean {
    if (!this.#end.last) return false;
    this.#isObject ??= typeof parseToolArguments(this.text) !== 'string';
    return this.#isObject;
  }

  /** Whether the model wrote nothing, or the `null` that some write for no arguments. */
  get absent(): boolean {
    return !this.begun && ['', 'null'].includes(this.text.trim());
  }

  override add(piece: string): void {
    super.add(piece);
    this.#first ??= /\S/.exec(piece)?.[0];
    this.#end.read(piece);
  }

  /** What can be sent by now: all of an object, and nothing of what is not going to be one before it is through. */
  takeBegun(): string {
    return this.#first === '{' ? this.take() : '';
  }
}
