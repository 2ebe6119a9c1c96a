import { json, ndjson, type Script } from '@lakehouse/provider-testkit';

type Fields = Readonly<Record<string, unknown>>;

const head = { model: 'kimi-k2.6', created_at: '2026-08-11T09:14:03.123456789Z' };

/** What the last line carries: the cloud counts, but has no load time. */
const end = {
  done: true,
  done_reason: 'stop',
  total_duration: 1_204_000_000,
  prompt_eval_count: 21,
  eval_count: 6,
};

/** A line of `/api/generate` before the end. */
export const line = (response: string, more: Fields = {}): Fields => ({
  ...head,
  response,
  done: false,
  ...more,
});

/** The last line of `/api/generate`, and the shape of a whole answer; `context` can be thousands of numbers. */
export const last = (response = '', more: Fields = {}): Fields => ({
  ...line(response),
  ...end,
  context: [151644, 872, 198],
  ...more,
});

/** The same for `/api/chat`. */
export const chatLine = (content: string, more: Fields = {}): Fields => ({
  ...head,
  message: { role: 'assistant', content, ...more },
  done: false,
});

export const chatLast = (content = '', more: Fields = {}): Fields => ({ ...chatLine(content, more), ...end });

/** The same text of `/api/generate` whole, and streamed in the given pieces. */
export const answers = (
  ...pieces: readonly string[]
): { readonly whole: Script; readonly stream: Script } => ({
  whole: json(last(pieces.join(''))),
  stream: ndjson([...pieces.map((piece) => line(piece)), last()]),
});

/** The same for `/api/chat`. */
export const chatAnswers = (
  ...pieces: readonly string[]
): { readonly whole: Script; readonly stream: Script } => ({
  whole: json(chatLast(pieces.join(''))),
  stream: ndjson([...pieces.map((piece) => chatLine(piece)), chatLast()]),
});
