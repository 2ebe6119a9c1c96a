import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean };

export interface ChatScreen {
  /** A piece of the answer. Waits when the reader is slower than the model; throws when `signal` ends the wait. */
  text(delta: string, signal: AbortSignal): Promise<void>;
  /** A piece of reasoning. */
  reasoning(delta: string): void;
  /** Ends the line that an answer left open. */
  endLine(): void;
  /** Something beside the answer, in one line. */
  note(message: string): void;
}

/** A model's text must not steer the terminal: everything that could start an escape sequence is left out. */
const forTerminal = (text: string): string => text.replace(/(?![\n\t])\p{Cc}/gu, '');

const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();

/**
 * Puts answers on standard output and everything else on standard error, so that a pipe or file gets the answer and
 * nothing but the answer. Reasoning is shown, dimmed, only when both are a terminal.
 */
export const createChatScreen = (stdout: Output, stderr: Output): ChatScreen => {
  const showsReasoning = stdout.isTTY === true && stderr.isTTY === true;
  let lineOpen = false;
  let reasoningOpen = false;
  const endReasoning = (): void => {
    if (reasoningOpen) stderr.write('\n\n');
    reasoningOpen = false;
  };
  const endLine = (): void => {
    endReasoning();
    if (lineOpen) stdout.write('\n');
    lineOpen = false;
  };
  return {
    async text(delta, signal) {
      const shown = stdout.isTTY ? forTerminal(delta) : delta;
      if (shown === '') return;
      endReasoning();
      lineOpen = !shown.endsWith('\n');
      if (!stdout.write(shown) && !stdout.destroyed) await once(stdout, 'drain', { signal });
    },
    reasoning(delta) {
      const shown = forTerminal(delta);
      if (!showsReasoning || shown === '') return;
      if (lineOpen) endLine();
      reasoningOpen = true;
      stderr.write(styleText('dim', shown, { stream: stderr }));
    },
    endLine,
    note(message) {
      if (stdout.isTTY) endLine();
      stderr.write(`chatd chat: ${oneLine(message)}\n`);
    },
  };
};
