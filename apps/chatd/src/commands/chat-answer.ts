import type { ChatScreen } from './chat-screen.js';
import { type ChatCall, type ChatStreamEvent, streamChat } from './chat-stream.js';

/** How a call ended, and the text that had come by then. */
export interface Answer {
  readonly outcome: 'complete' | 'failed' | 'cancelled';
  readonly text: string;
}

const notesOf = (end: Extract<ChatStreamEvent, { type: 'response_end' }>): readonly string[] => [
  ...end.warnings.map(({ message }) => `warning: ${message}`),
  ...(end.finish_reason === 'stop'
    ? []
    : [`the answer ended with finish_reason ${JSON.stringify(end.finish_reason)}`]),
];

/** Makes one call and shows its answer while it comes. Errors are shown too, in one line; it does not throw. */
export const askOnce = async (call: ChatCall, screen: ChatScreen): Promise<Answer> => {
  const pieces: string[] = [];
  let notes: readonly string[] = [];
  let outcome: Answer['outcome'] = 'complete';
  try {
    for await (const event of streamChat(call)) {
      if (event.type === 'text_delta') {
        pieces.push(event.delta);
        await screen.text(event.delta, call.signal);
      } else if (event.type === 'reasoning_delta') screen.reasoning(event.delta);
      else if (event.type === 'response_end') notes = notesOf(event);
    }
  } catch (error) {
    outcome = call.signal.aborted ? 'cancelled' : 'failed';
    if (outcome === 'failed') notes = [(error as Error).message];
  }
  screen.endLine();
  for (const note of notes) screen.note(note);
  return { outcome, text: pieces.join('') };
};
