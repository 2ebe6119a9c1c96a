import { type ChatEvent, Collector } from '@lakehouse/chat-core';
import type { AnswerSize, StreamEncoder } from '../front.js';
import { createHeldEncoder } from '../held-encoder.js';
import { present } from '../present.js';
import { formatErrorObject } from './error.js';
import { nativeNames } from './names.js';
import { formatAnswerFacts, type NativeResponseMeta } from './response.js';

/** What the native stream says beside the events. */
export interface NativeStreamOptions extends AnswerSize {
  /** The host's id of the request. */
  readonly requestId: string;
  /** Asked when the answer starts, and when it ends: latency and attempts are known only then. */
  readonly meta: () => NativeResponseMeta;
}

/** A comment that keeps a silent connection alive; clients ignore it. */
const keepAlive = ': keep-alive\n\n';

const encode = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

/** One encoder for one stream; `response_end` tells of every attempt. */
export const createNativeStreamEncoder = ({ requestId, meta, ...size }: NativeStreamOptions): StreamEncoder =>
  // The deltas carry the text.
  createHeldEncoder(new Collector({ keepsText: false, keepsReasoning: false, ...size }), {
    write(event) {
      const wire = toWireEvent(event, meta);
      return wire ? encode(wire) : '';
    },
    finish: (response) => encode({ type: 'response_end', ...formatAnswerFacts(response, meta()) }),
    fail: (error) => encode({ type: 'error', error: formatErrorObject(error, { requestId }) }),
    keepAlive: () => keepAlive,
  });

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
