import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { askOnce } from './chat-answer.js';
import type { ChatScreen, Output } from './chat-screen.js';
import type { ChatTurn } from './chat-stream.js';

export interface ConversationOptions {
  readonly url: string;
  readonly model: string;
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly screen: ChatScreen;
  /** Ends the conversation with exit code 130. */
  readonly signal: AbortSignal;
}

/**
 * Asks and answers on a terminal until Ctrl+D. Ctrl+C ends the running answer, or clears the line. A turn that failed
 * is not part of what the model is told later; of a cancelled one, what had come is.
 */
export const converse = async (options: ConversationOptions): Promise<number> => {
  const { url, model, stdin, stdout, screen, signal } = options;
  const lines = createInterface({ input: stdin, output: stdout, terminal: true, prompt: '> ' });
  let history: readonly ChatTurn[] = [];
  let running: AbortController | undefined;
  let open = true;
  lines.once('close', () => {
    open = false;
  });
  const close = (): void => lines.close();
  signal.addEventListener('abort', close, { once: true });
  // The terminal is in raw mode: Ctrl+C is a key, not a signal.
  lines.on('SIGINT', () => {
    if (running) {
      running.abort();
      return;
    }
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    stdout.write('\n(Ctrl+D ends the conversation)\n');
    lines.prompt();
  });
  stdout.write(`Talking to ${model}. Ctrl+C stops an answer, Ctrl+D ends.\n`);
  lines.prompt();
  try {
    for await (const content of lines) {
      if (content.trim() !== '') {
        running = new AbortController();
        const messages: ChatTurn[] = [...history, { role: 'user', content }];
        const answer = await askOnce(
          { url, model, messages, signal: AbortSignal.any([signal, running.signal]) },
          screen,
        );
        running = undefined;
        const keeps = answer.outcome === 'complete' || (answer.outcome === 'cancelled' && answer.text !== '');
        if (keeps) history = [...messages, { role: 'assistant', content: answer.text }];
      }
      if (signal.aborted) break;
      if (open) lines.prompt();
    }
  } finally {
    signal.removeEventListener('abort', close);
    lines.close();
  }
  if (signal.aborted) return 130;
  stdout.write('\n');
  return 0;
};
