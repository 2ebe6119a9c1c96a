import { json, type Script, sse } from '@lakehouse/provider-testkit';

type Fields = Readonly<Record<string, unknown>>;

const head = { id: 'c-1', created: 1, model: 'small' };
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

/** A whole answer of the service. */
export const whole = (message: Fields, finish_reason = 'stop'): Script =>
  json({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
    usage,
  });

/** The same as a stream: a chunk for each delta, the reason of its end, the usage, and `[DONE]`. */
export const streamed = (deltas: readonly Fields[], finish_reason = 'stop'): Script => {
  const chunk = (choices: readonly Fields[], more: Fields = {}): object => ({
    ...head,
    object: 'chat.completion.chunk',
    choices,
    ...more,
  });
  return sse([
    ...deltas.map((delta) => chunk([{ index: 0, delta, finish_reason: null }])),
    chunk([{ index: 0, delta: {}, finish_reason }]),
    chunk([], { usage }),
    'data: [DONE]\n\n',
  ]);
};
