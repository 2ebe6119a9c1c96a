import type { ErrorCode, FinishReason } from '@lakehouse/chat-core';

const known = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['tool_use', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['safety', 'content_filter'],
  ['refusal', 'content_filter'],
  ['repetition', 'other'],
  ['unknown', 'other'],
]);

/**
 * The common word for a server's finish reason. Gemini and older llama-server say `stop` although there are tool calls;
 * a word that nobody knows is taken as the end that it is.
 */
export const toFinishReason = (raw: string | undefined, hasToolCalls: boolean): FinishReason => {
  const reason = known.get(raw?.toLowerCase() ?? '') ?? 'stop';
  if (reason !== 'stop' && reason !== 'tool_calls') return reason;
  return hasToolCalls ? 'tool_calls' : 'stop';
};

/** What a finish reason that means failure comes to; undefined for all others. */
export const toFinishFailure = (raw: string, hasOutput: boolean): ErrorCode | undefined => {
  switch (raw.toLowerCase()) {
    case 'error': // OpenRouter, Mistral
      return 'upstream-failure';
    case 'insufficient_system_resource': // DeepSeek under load
      return hasOutput ? 'bad-response' : 'overloaded';
    case 'abort': // vLLM, when its engine gives a request up
      return 'bad-response';
    default:
      return undefined;
  }
};
