import { json, type Script, sse } from '@lakehouse/provider-testkit';

type Fields = Readonly<Record<string, unknown>>;

/** What chatd knows of an answer beside its content. */
const facts: Fields = {
  id: 'chat_r-1',
  model: 'qwen3:4b',
  provider: 'ollama',
  response_id: 'up-1',
  finish_reason: 'stop',
  input_tokens: 15,
  output_tokens: 7,
  usage: { input: 12, cache_read: 3, output: 5, reasoning: 2 },
  latency_ms: 812.4,
  attempts: [{ provider: 'ollama', model: 'qwen3:4b', outcome: 'ok', ms: 812.1 }],
};

/** What becomes of them in `providerDetails.chatd`. */
export const ownDetails = {
  provider: 'ollama',
  model: 'qwen3:4b',
  responseId: 'up-1',
  latencyMs: 812.4,
  attempts: [{ provider: 'ollama', model: 'qwen3:4b', outcome: 'ok', ms: 812.1 }],
};

export const usage = { input: 12, cacheRead: 3, output: 5, reasoning: 2 };

export const start = (more: Fields = {}): Fields => ({
  type: 'response_start',
  id: 'chat_r-1',
  model: 'qwen3:4b',
  provider: 'ollama',
  ...more,
});
export const text = (delta: string): Fields => ({ type: 'text_delta', delta });
export const end = (more: Fields = {}): Fields => ({ type: 'response_end', ...facts, ...more });
export const whole = (content: string, more: Fields = {}): Fields => ({ ...facts, content, ...more });

/** The same answer whole and streamed. */
export const both = (
  answer: Fields,
  stream: readonly (Fields | string)[],
): { readonly whole: Script; readonly stream: Script } => ({ whole: json(answer), stream: sse(stream) });

/** An error as chatd writes it, with its status. */
export const refusal = (
  status: number,
  error: Fields,
  headers: Readonly<Record<string, string>> = {},
): Script =>
  json(
    { error: { retryable: false, upstream_status: null, request_id: 'r-1', ...error } },
    { status, headers },
  );

/** The same failure, told before an answer begins in either form. */
export const bothRefused = (...refused: Parameters<typeof refusal>) => ({
  whole: refusal(...refused),
  stream: refusal(...refused),
});
