import {
  ChatError,
  type ChatEvent,
  type ChatWarning,
  Collector,
  isChatError,
  type ResponseStart,
} from '@lakehouse/chat-core';
import type { FaultContext } from '@lakehouse/provider-utils';
import type { AnswerEnd } from './wire-end.js';
import { toStreamError } from './wire-error.js';
import { readFrame } from './wire-frame.js';
import { readWhole } from './wire-whole.js';

/** Turns the objects of one answer into events, the same for a whole answer and a streamed one. */
export interface AnswerReader {
  /** Whether the end of the answer has been seen. */
  isComplete(): boolean;
  /** The events of a whole answer. Throws `bad-response`. */
  whole(object: unknown): readonly ChatEvent[];
  /** The events of the next object of a stream. Throws `bad-response`, and the error that the stream tells of. */
  push(object: unknown): readonly ChatEvent[];
  /** To be called when the body has ended. Throws `bad-response` when the answer has not. */
  end(): void;
}

export interface AnswerReaderOptions {
  readonly fault: FaultContext;
  /** As it was sent. */
  readonly model: string;
  readonly rawChunks: boolean;
}

/** Those of the first list that the second does not hold; of equal ones as many as it holds are taken off. */
const without = (warnings: readonly ChatWarning[], known: readonly ChatWarning[]): readonly ChatWarning[] => {
  const keyOf = ({ code, parameter, message }: ChatWarning): string =>
    JSON.stringify([code, parameter, message]);
  const left = new Map<string, number>();
  for (const warning of known) left.set(keyOf(warning), (left.get(keyOf(warning)) ?? 0) + 1);
  return warnings.filter((warning) => {
    const key = keyOf(warning);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
};

/** A reader for one answer. */
export const createAnswerReader = ({ fault, model, rawChunks }: AnswerReaderOptions): AnswerReader => {
  const { provider } = fault;
  // It holds the events against their rules, and knows which warnings whoever collects them will add.
  const collector = new Collector({ keepsText: false, keepsReasoning: false });

  const failed = (message: string): ChatError =>
    new ChatError('bad-response', `${provider}: ${message}`, { provider, model });

  const take = <Event extends ChatEvent>(event: Event): Event => {
    try {
      collector.push(event);
      return event;
    } catch (error) {
      // The rules are broken there, not here.
      throw isChatError(error) && error.code === 'internal'
        ? failed('the answer has its events in a wrong order')
        : error;
    }
  };

  const startOf = (id: string | undefined, warnings: readonly ChatWarning[]): ResponseStart => ({
    type: 'response-start',
    model,
    ...(id !== undefined && { responseId: id }),
    ...(warnings.length > 0 && { warnings }),
  });

  /** The end repeats all warnings, those of the start and those that are made here again. */
  const endOf = ({ event, warnings }: AnswerEnd): ChatEvent => {
    take(event);
    const more = without(warnings, collector.finish().warnings ?? []);
    return more.length === 0 ? event : { ...event, warnings: more };
  };

  const raw = (chunk: unknown): readonly ChatEvent[] => (rawChunks ? [{ type: 'raw-chunk', chunk }] : []);

  return {
    // No getter: V8 keeps what an object literal with one refers to until a full collection.
    isComplete: () => collector.complete,
    whole(object) {
      const { id, content, event, warnings } = readWhole(object, provider);
      for (const item of [startOf(id, []), ...content, event]) take(item);
      const own = without(warnings, collector.finish().warnings ?? []);
      return [startOf(id, own), ...raw(object), ...content, event];
    },
    push(object) {
      const frame = readFrame(object, provider);
      switch (frame.type) {
        case 'start':
          return [take(startOf(frame.id, frame.warnings)), ...raw(object)];
        case 'content':
          return [...raw(object), take(frame.event)];
        case 'end':
          return [...raw(object), endOf(frame.end)];
        case 'error':
          throw toStreamError(frame.error, { ...fault, model });
        case 'unknown':
          return raw(object);
      }
    },
    end() {
      if (!collector.complete) throw failed('the answer ended without "response_end", it was cut');
    },
  };
};
