import type { Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { type Answer, askOnce } from './chat-answer.js';
import { converse } from './chat-conversation.js';
import { createChatScreen, type Output } from './chat-screen.js';

/** A stream that may be a terminal. */
type Input = Readable & { readonly isTTY?: boolean };

export interface ChatOptions {
  /** Where chatd listens. */
  readonly url: string;
  /** A model ID or a tier. */
  readonly model: string;
  /** What to say; left out, it is read from a pipe, or asked for on a terminal. */
  readonly text?: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Ends the command: the connection is closed and the exit code is 130. */
  readonly signal?: AbortSignal;
}

const exitCodes: Readonly<Record<Answer['outcome'], number>> = { complete: 0, failed: 1, cancelled: 130 };

/** Reads all of a pipe, unless the caller has enough of it; undefined then. */
const readPipe = async (stdin: Input, signal: AbortSignal): Promise<string | undefined> => {
  const stop = (): void => void stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await readAll(stdin);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

/**
 * Talks to a running chatd. Gives the exit code: 0, 1 after an error (one line on standard error), 130 when it was
 * interrupted, 141 when the reader of its output left.
 */
export const runChat = async (options: ChatOptions): Promise<number> => {
  const { url, model, stdin, stdout, stderr } = options;
  const screen = createChatScreen(stdout, stderr);
  // Whoever reads the answer may stop reading (`| head`): no reason then to let the model go on.
  const reader = new AbortController();
  stdout.on('error', () => reader.abort());
  const signal = AbortSignal.any([reader.signal, ...(options.signal ? [options.signal] : [])]);
  if (options.text === undefined && stdin.isTTY) {
    return converse({ url, model, stdin, stdout, screen, signal });
  }
  const content = options.text ?? (await readPipe(stdin, signal));
  if (content === undefined) return 130;
  if (content.trim() === '') {
    screen.note('there is nothing to say: give the text as an argument, or through a pipe');
    return 1;
  }
  const answer = await askOnce({ url, model, messages: [{ role: 'user', content }], signal }, screen);
  return reader.signal.aborted ? 141 : exitCodes[answer.outcome];
};
