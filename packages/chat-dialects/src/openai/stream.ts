import { type ChatEvent, type ChatResponse, Collector } from '@lakehouse/chat-core';
import type { AnswerMeta, AnswerSize, StreamEncoder } from '../front.js';
import { createHeldEncoder } from '../held-encoder.js';
import { toErrorObject } from './error.js';
import { toReasoningDetails } from './reasoning-details.js';
import { toAnswerHead, toAnswerWarnings, toFinish } from './response.js';
import { createCallWriter } from './stream-calls.js';
import { toOpenaiUsage } from './usage.js';

export interface OpenaiStreamOptions extends AnswerSize {
  readonly meta: () => AnswerMeta;
  /** Whether the usage is told, in a chunk without choices. */
  readonly includeUsage: boolean;
}

const encode = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

/** Of a field that they do not know, the helpers of OpenAI's SDK keep the last piece only, and would send that back. */
const inOnePiece = ({ reasoning = '', reasoningSegments, ...rest }: ChatResponse): ChatResponse => ({
  ...rest,
  reasoning,
  reasoningSegments: reasoningSegments ?? [{ text: reasoning }],
});

/** One encoder for one stream; `[DONE]` follows only a complete answer. */
export const createOpenaiStreamEncoder = ({
  meta,
  includeUsage,
  ...size
}: OpenaiStreamOptions): StreamEncoder => {
  const calls = createCallWriter();
  let head: ReturnType<typeof toAnswerHead> | undefined;
  let thoughts = 0;

  const chunk = (choices: readonly object[], more: object = {}): string =>
    encode({ ...head, object: 'chat.completion.chunk', choices, ...more });
  const delta = (fields: object): string =>
    chunk([{ index: 0, delta: fields, logprobs: null, finish_reason: null }]);

  const write = (event: ChatEvent): string => {
    switch (event.type) {
      case 'response-start':
        head = toAnswerHead(meta(), event.model);
        return delta({ role: 'assistant', content: '' });
      case 'text-delta':
        return event.delta === '' ? '' : delta({ content: event.delta });
      case 'reasoning-delta':
        if (event.delta === '') return '';
        thoughts += 1;
        return delta({ reasoning_content: event.delta });
      case 'tool-call-delta': {
        const call = calls.push(event);
        return call === undefined ? '' : delta({ tool_calls: [call] });
      }
      default: // the end, which is held back; raw chunks, and types of a later version
        return '';
    }
  };

  const finish = (response: ChatResponse): string => {
    const details = toReasoningDetails(thoughts > 1 ? inOnePiece(response) : response);
    const usage = includeUsage ? toOpenaiUsage(response.usage) : undefined;
    const choice = { index: 0, delta: {}, logprobs: null, ...toFinish(response) };
    return [
      ...calls.end().map((call) => delta({ tool_calls: [call] })),
      details === undefined ? '' : delta({ reasoning_details: details }),
      chunk([choice], toAnswerWarnings(response, meta())),
      usage === undefined ? '' : chunk([], { usage }),
      'data: [DONE]\n\n',
    ].join('');
  };

  return createHeldEncoder(new Collector({ keepsText: false, ...size }), {
    write,
    finish,
    fail: (error) => encode({ error: toErrorObject(error) }),
    keepAlive: () => ': keep-alive\n\n',
  });
};
