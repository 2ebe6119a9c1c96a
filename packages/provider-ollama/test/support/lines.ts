import { json, ndjson, type Script } from '@lakehouse/provider-testkit';

const head = { model: 'qwen3:4b', created_at: '2026-08-11T09:14:03.123456789Z' };

/** What the last line carries; durations are nanoseconds. */
export const counters = {
  total_duration: 812_400_000,
  load_duration: 21_000_000,
  prompt_eval_count: 12,
  prompt_eval_duration: 90_000_000,
  eval_count: 5,
  eval_duration: 400_000_000,
};

type Fields = Readonly<Record<string, unknown>>;

/** A line of `/api/chat` before the end. */
export const line = (message: Fields, more: Fields = {}): Fields => ({
  ...head,
  message: { role: 'assistant', content: '', ...message },
  done: false,
  ...more,
});

/** The last line of `/api/chat`, and the shape of a whole answer. */
export const last = (message: Fields = {}, more: Fields = {}): Fields =>
  line(message, { done: true, done_reason: 'stop', ...counters, ...more });

/** The same answer whole and streamed. */
export const both = (
  whole: Fields,
  stream: readonly Fields[],
): { readonly whole: Script; readonly stream: Script } => ({ whole: json(whole), stream: ndjson(stream) });

/** A tool call as the server writes it: no `type`, the index inside. */
export const toolCall = (name: string, args: Fields, id?: string): Fields => ({
  ...(id !== undefined && { id }),
  function: { index: 0, name, arguments: args },
});
