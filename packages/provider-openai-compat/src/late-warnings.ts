import type { ChatWarning } from '@lakehouse/chat-core';

/** More than any good answer has; an upstream must not fill the caller's memory with them. */
const most = 16;

/** What is found out about an answer while it is read: each thing once, and not without end. */
export class LateWarnings {
  readonly #messages: string[] = [];

  get list(): readonly ChatWarning[] {
    return this.#messages.map((message) => ({ code: 'other', message }));
  }

  add(message: string): void {
    if (this.#messages.length < most && !this.#messages.includes(message)) this.#messages.push(message);
  }
}
