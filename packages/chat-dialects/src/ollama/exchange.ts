import type { Message } from '@lakehouse/chat-core';
import type { ChatExchange } from '../front.js';
import { present } from '../present.js';
import { type AnswerShape, AnswerWriter } from './answer.js';
import { withoutDefaultTag } from './model-name.js';
import { isUnload, type SharedFields, type SharedRequest } from './shared-fields.js';
import { createLineEncoder } from './stream.js';

/** A request whose endpoint has been read. */
interface ReadRequest extends SharedRequest {
  readonly shape: AnswerShape;
  /** None: the model is only to be loaded, or unloaded, which is for the upstream to do when it is asked. */
  readonly messages: readonly Message[];
}

/** The exchange of a request. It is streamed unless it says otherwise, but for one that only loads a model. */
export const createExchange = (wire: SharedFields, read: ReadRequest): ChatExchange => {
  const { messages, parameters, warnings, onlyFor } = read;
  const writer = new AnswerWriter(wire.model, read.shape);
  const model = withoutDefaultTag(wire.model);
  const loads = messages.length === 0;
  return {
    request: loads ? { model, messages } : { model, messages, ...parameters },
    stream: !loads && (wire.stream ?? true),
    warnings,
    ...present({ onlyFor }),
    ...(loads && {
      answerAtOnce: (meta) => writer.settled(isUnload(wire.keep_alive) ? 'unload' : 'load', meta),
    }),
    formatResponse: (response, meta) => writer.whole(response, meta),
    createEncoder: (meta, size) => createLineEncoder(writer, meta, size),
  };
};
