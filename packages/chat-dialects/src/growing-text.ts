import { parseToolArguments } from '@lakehouse/chat-core';

/** Text of a stream, and what of it has been sent. */
export class GrowingText {
  text = '';
  sent = 0;

  /** What has not been sent. */
  take(): string {
    const rest = this.text.slice(this.sent);
    this.sent = this.text.length;
    return rest;
  }
}

/** The arguments of a tool call in a stream. */
export class GrowingArguments extends GrowingText {
  #checked = 0;
  #complete = false;

  /** Whether they are a JSON object, to which nothing can be added. */
  get complete(): boolean {
    if (this.#checked < this.text.length) {
      this.#checked = this.text.length;
      this.#complete = this.text.trimEnd().endsWith('}') && typeof parseToolArguments(this.text) !== 'string';
    }
    return this.#complete;
  }

  /** What can be sent by now: blanks, and what may become `null`, are held, as some models write that for no arguments. */
  takeBegun(): string {
    const first = /\S/.exec(this.text)?.[0];
    return first === undefined || first === 'n' ? '' : this.take();
  }
}
