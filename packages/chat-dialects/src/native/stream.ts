import { type ChatError, type ChatEvent, Collector, toChatError } from '@lakehouse/chat-core';
import type { StreamEncoder } from '../front.js';
import { present } from '../present.js';
import { formatErrorObject } from './error.js';
import { nativeNames } from './names.js';
import { formatAnswerFacts, type NativeResponseMeta } from './response.js';

export interface NativeStreamOptions {
  readonly requestId: string;
  /** Asked when the answer starts, and when it ends: latency and attempts are known only then. */
  readonly meta: () => NativeResponseMeta;
}

/** A comment that keeps a silent connection alive; clients ignore it. */
const keepAlive = ': keep-alive\n\n';

const encode = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

/**
 * One encoder for one stream. `response_end` is held back until `end`, so that it tells of every attempt and an answer
 * that fails late has only one terminal. After the terminal every method returns an empty text.
 */
export const createNativeStreamEncoder = ({ requestId, meta }: NativeStreamOptions): StreamEncoder => {
  const collector = new Collector({ keepsText: false, keepsReasoning: false }); // the deltas carry them
  let finished = false;

  const error = (failure: ChatError): string => {
    if (finished) return '';
    finished = true;
    return encode({ type: 'error', error: formatErrorObject(failure, { requestId }) });
  };

  return {
    push(event) {
      if (finished) return '';
      collector.push(event);
      const wire = toWireEvent(event, meta);
      return wire ? encode(wire) : '';
    },
    end() {
      if (finished) return '';
      try {
        const text = encode({ type: 'response_end', ...formatAnswerFacts(collector.finish(), meta()) });
        finished = true;
        return text;
      } catch (failure) {
        return error(toChatError(failure));
      }
    },
    error,
    keepAlive: () => (finished ? '' : keepAlive),
  };
};

/** Undefined for events that have no place on the wire: raw chunks, and types of a later version. */
const toWireEvent = (event: ChatEvent, meta: () => NativeResponseMeta): object | undefined => {
  switch (event.type) {
    case 'response-start': {
      const { id, provider, warnings: own = [] } = meta();
      const warnings = [...own, ...nativeNames.toWarnings(event.warnings)];
      const some = warnings.length === 0 ? undefined : warnings;
      return { type: 'response_start', id, model: event.model, provider, ...present({ warnings: some }) };
    }
    case 'text-delta':
      return { type: 'text_delta', delta: event.delta };
    case 'reasoning-delta':
      return { type: 'reasoning_delta', delta: event.delta, ...present({ signature: event.signature }) };
    case 'tool-call-delta':
      return {
        type: 'tool_call_delta',
        index: event.index,
        ...present({
          id: event.id,
          name: event.name,
          arguments_delta: event.argumentsDelta,
          provider_metadata: event.providerMetadata,
        }),
      };
    default:
      return undefined;
  }
};
