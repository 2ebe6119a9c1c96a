import {
  type ChatError,
  type ChatEvent,
  type ChatResponse,
  Collector,
  toChatError,
} from '@lakehouse/chat-core';
import type { AnswerMeta, StreamEncoder } from '../front.js';
import { toErrorObject } from './error.js';
import { toReasoningDetails } from './reasoning-details.js';
import { toAnswerHead, toAnswerWarnings, toFinish } from './response.js';
import { createCallWriter } from './stream-calls.js';
import { toOpenaiUsage } from './usage.js';

export interface OpenaiStreamOptions {
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

/**
 * One encoder for one stream. The end is held back until `end`, so that an answer that fails late has only one terminal;
 * `[DONE]` follows only a complete answer. After the terminal every method returns an empty text.
 */
export const createOpenaiStreamEncoder = ({ meta, includeUsage }: OpenaiStreamOptions): StreamEncoder => {
  const collector = new Collector({ keepsText: false });
  const calls = createCallWriter();
  let head: ReturnType<typeof toAnswerHead> | undefined;
  let thoughts = 0;
  let finished = false;

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

  const finish = (): string => {
    const response = collector.finish();
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

  const error = (failure: ChatError): string => {
    if (finished) return '';
    finished = true;
    return encode({ error: toErrorObject(failure) });
  };

  return {
    push(event) {
      if (finished) return '';
      collector.push(event);
      return write(event);
    },
    end() {
      if (finished) return '';
      try {
        const text = finish();
        finished = true;
        return text;
      } catch (failure) {
        return error(toChatError(failure));
      }
    },
    error,
    keepAlive: () => (finished ? '' : ': keep-alive\n\n'),
  };
};
