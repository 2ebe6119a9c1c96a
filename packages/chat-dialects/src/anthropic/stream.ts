import { type ChatEvent, type ChatResponse, Collector, type ResponseStart } from '@lakehouse/chat-core';
import type { AnswerMeta, AnswerSize, StreamEncoder } from '../front.js';
import { createHeldEncoder } from '../held-encoder.js';
import { present } from '../present.js';
import { type AnthropicAnswer, toStopReason, toUsage, toWarnings } from './answer.js';
import { parameterNames } from './body-names.js';
import { ContentWriter } from './content-writer.js';
import { formatErrorBody } from './error.js';
import { toCarriedData } from './reasoning-carrier.js';
import { encodeEvent } from './server-sent-event.js';

/** Nothing is counted yet, but numbers are demanded: clients take those of `message_delta`, which come last. */
const toStart = (event: ResponseStart, meta: AnswerMeta): AnthropicAnswer => {
  const warnings = [...meta.warnings, ...parameterNames.toWarnings(event.warnings)];
  return {
    id: `msg_${meta.requestId}`,
    type: 'message',
    role: 'assistant',
    model: event.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: toUsage(undefined),
    ...present({ warnings: warnings.length > 0 ? warnings : undefined }),
  };
};

const encodeEnd = (response: ChatResponse, meta: AnswerMeta, thinking: boolean): string => {
  const { input_tokens, ...usage } = toUsage(response.usage);
  // Here the count of input may be unknown, so that no client overwrites one of its own with 0.
  const input = response.usage?.unit === undefined ? response.usage?.input : undefined;
  return (
    encodeEvent('message_delta', {
      delta: { stop_reason: toStopReason(response), stop_sequence: null },
      usage: { input_tokens: input === undefined ? null : input_tokens, ...usage },
      ...present({ warnings: toWarnings(response, meta, thinking) }),
    }) + encodeEvent('message_stop')
  );
};

/**
 * One encoder for one stream. Of what the provider wants back with a call, only what came with the call's first piece is
 * kept without thinking; the rest as in a whole answer.
 */
export const createAnthropicEncoder = (
  meta: () => AnswerMeta,
  thinking: boolean,
  size?: AnswerSize,
): StreamEncoder => {
  const content = new ContentWriter({ callMetadata: !thinking });

  const write = (event: ChatEvent): string => {
    switch (event.type) {
      case 'response-start':
        return encodeEvent('message_start', { message: toStart(event, meta()) });
      case 'text-delta':
        return content.addText(event.delta);
      case 'reasoning-delta':
        return thinking ? content.addReasoning(event) : '';
      case 'tool-call-delta':
        return content.addCall(event);
      default: // the end, raw chunks, and types of a later version
        return '';
    }
  };

  const finish = (response: ChatResponse): string => {
    const data = thinking ? toCarriedData(response) : undefined;
    return (
      content.end(data === undefined ? undefined : { type: 'redacted_thinking', data }) +
      encodeEnd(response, meta(), thinking)
    );
  };

  return createHeldEncoder(new Collector({ keepsText: false, ...size }), {
    write,
    finish,
    fail: (error) => encodeEvent('error', { ...formatErrorBody(error, meta()) }),
    keepAlive: () => encodeEvent('ping'),
  });
};
