import type { ChatRequest } from '@lakehouse/chat-core';
import { json, type Script, sse } from '@lakehouse/provider-testkit';

type Fields = Readonly<Record<string, unknown>>;

export const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

export const done = 'data: [DONE]\n\n';

export const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };

const head = { id: 'c-1', object: 'chat.completion.chunk', created: 1, model: 'm' };

/** One chunk with one choice. */
export const chunk = (delta: Fields, finish: string | null = null, more: Fields = {}): Fields => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
});

/** A chunk with other choices, or with none. */
export const bare = (fields: Fields): Fields => ({ ...head, ...fields });

/** A whole answer with one choice. */
export const completion = (message: Fields, finish: string | null = 'stop', more: Fields = {}): Script =>
  json({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    ...more,
  });

/** A stream of the frames with `[DONE]` at its end. */
export const stream = (...frames: readonly (Fields | string)[]): Script => sse([...frames, done]);

const basicFrames = [
  chunk({ role: 'assistant', content: '' }, null, { usage: null }),
  chunk({ content: 'Grüße, ' }, null, { usage: null }),
  chunk({ content: 'world 🌊' }, null, { usage: null }),
  chunk({}, 'stop', { usage: null }),
];

/** Answers to `request` that are good at every server. */
export const basic = {
  whole: completion({ content: 'Grüße, world 🌊' }, 'stop', { usage }),
  stream: stream(...basicFrames, bare({ choices: [], usage })),
  // Once the chunk with the finish reason is whole, only the usage can still be lost.
  completeFrom:
    Buffer.byteLength(basicFrames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')) - 2,
  totals: { input: 9, output: 3 },
  heartbeat: ': keep-alive\n\n',
  allowsCrlf: true,
  failure: {
    whole: json({ error: { code: 429, message: 'Rate limit exceeded' } }),
    stream: sse([{ error: { code: 429, message: 'Rate limit exceeded' } }]),
    code: 'rate-limited',
  },
} as const;

/** A tool call's delta. */
export const callDelta = (...calls: readonly Fields[]): Fields => ({ tool_calls: calls });

export const weatherTool = { name: 'weather', parameters: { type: 'object', properties: {} } } as const;
