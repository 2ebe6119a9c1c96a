import {
  ChatError,
  type ChatEvent,
  type ChatRequest,
  type ChatWarning,
  type FinishReason,
  type JsonObject,
  type Usage,
} from '@lakehouse/chat-core';
import { type FaultContext, type TextFilter, toFrameError } from '@lakehouse/provider-utils';
import { createToolCallIds } from './tool-call-ids.js';
import { type AnswerLine, readChatLine } from './wire-answer.js';

/** Turns the objects of one answer into events, the same for a whole answer and a streamed one. */
export interface AnswerReader {
  /** Whether the object that ends the answer has been seen. */
  readonly complete: boolean;
  /** The events of the next object; throws a `ChatError` for an error object and an unknown shape. */
  push(object: unknown): Iterable<ChatEvent>;
  /** To be called when the body has ended; throws `bad-response` when the answer has not. */
  end(): void;
}

/** What `createAnswerReader` needs to know of the call. */
export interface AnswerReaderOptions {
  /** The key of `providerDetails`. */
  readonly plugin: string;
  /** Its `format` and `tools` decide how the answer is read. */
  readonly request: ChatRequest;
  /** As it was sent upstream. */
  readonly model: string;
  /** Yield `raw-chunk` events too. */
  readonly rawChunks?: boolean | undefined;
  /** For `response-start`, asked for when the first object is there. */
  readonly warnings: () => readonly ChatWarning[];
  /** Default `readChatLine`. */
  readonly read?: (object: unknown, provider: string) => AnswerLine;
  /** The instance id, and what an error inside the answer means. */
  readonly fault: FaultContext;
  /** Changes the text on its way, never the reasoning. */
  readonly filter?: TextFilter;
  /** Holds the whole text against what was asked for; a mismatch fails a strict request. */
  readonly check?: (text: string) => ChatWarning | undefined;
  /** Asked for when the answer has ended. */
  readonly endWarnings?: () => readonly ChatWarning[];
}

interface FrameError {
  readonly error: unknown;
  readonly StatusCode?: unknown;
}

const isFrameError = (object: unknown): object is FrameError =>
  typeof object === 'object' && object !== null && 'error' in object && (object.error ?? null) !== null;

/** A cloud model behind a local server fails with its HTTP status as `StatusCode`, in the middle of a stream. */
const toFault = ({ error, StatusCode }: FrameError): unknown =>
  typeof StatusCode === 'number' ? { code: StatusCode, error } : { error };

/** `done_reason` stays "stop" with tool calls, and is missing or unknown in some versions; a cut is always said. */
const toFinishReason = (reason: string | undefined, toolCalls: boolean): FinishReason => {
  if (reason === 'length') return 'length';
  return toolCalls ? 'tool_calls' : 'stop';
};

const toArgumentsText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? {});

/** A reader for one answer, of `/api/chat` unless the options say otherwise. */
export const createAnswerReader = (options: AnswerReaderOptions): AnswerReader => {
  const { plugin, request, model, filter, check, read = readChatLine } = options;
  const { provider } = options.fault;
  const idOf = createToolCallIds(request);
  const text: string[] = [];
  let calls = 0;
  let started = false;
  let complete = false;
  let usage: Usage | undefined;
  let details: JsonObject | undefined;

  const textEvents = (delta: string): readonly ChatEvent[] => {
    if (delta === '') return [];
    if (check) text.push(delta);
    return [{ type: 'text-delta', delta }];
  };

  const failed = (message: string, path?: string): ChatError =>
    new ChatError('bad-response', `${provider}: ${message}`, { provider, model, path });

  const mismatch = (finishReason: FinishReason): readonly ChatWarning[] => {
    const found = calls > 0 ? undefined : check?.(text.join(''));
    if (!found) return [];
    // An answer that was cut by the caller's own limit would be cut again: a failure would only be retried.
    if (request.strict && found.code === 'answer-mismatch' && finishReason !== 'length')
      throw failed(found.message, found.parameter);
    return [found];
  };

  const endEvent = (reason: string | undefined): ChatEvent => {
    if (reason === 'load' || reason === 'unload') {
      const message = `${provider}: the prompt is empty, the model was only ${reason}ed`;
      throw new ChatError('invalid-request', message, { provider, model, path: 'messages' });
    }
    const finishReason = toFinishReason(reason, calls > 0);
    const warnings = [...mismatch(finishReason), ...(options.endWarnings?.() ?? [])];
    return {
      type: 'response-end',
      finishReason,
      ...(reason !== undefined && reason !== finishReason && { rawFinishReason: reason }),
      ...(usage && { usage }),
      ...(details && { providerDetails: { [plugin]: details } }),
      ...(warnings.length > 0 && { warnings }),
    };
  };

  function* push(object: unknown): Generator<ChatEvent> {
    if (isFrameError(object)) {
      throw toFrameError(toFault(object), { ...options.fault, model });
    }
    const line = read(object, provider);
    if (!started) {
      started = true;
      const warnings = options.warnings();
      yield { type: 'response-start', model, ...(warnings.length > 0 && { warnings: [...warnings] }) };
    }
    if (options.rawChunks) yield { type: 'raw-chunk', chunk: object };
    if (line.thinking !== '') yield { type: 'reasoning-delta', delta: line.thinking };
    yield* textEvents(filter ? filter.push(line.content) : line.content);
    for (const call of line.toolCalls) {
      const { name } = call;
      const argumentsDelta = toArgumentsText(call.arguments);
      yield { type: 'tool-call-delta', index: calls++, id: idOf(call.id), name, argumentsDelta };
    }
    if (line.usage) usage = { ...usage, ...line.usage };
    if (line.details) details = { ...details, ...line.details };
    if (!line.done) return;
    if (filter) yield* textEvents(filter.end());
    const end = endEvent(line.doneReason);
    complete = true;
    yield end;
  }

  return {
    get complete() {
      return complete;
    },
    push,
    end() {
      if (complete) return;
      throw failed(started ? 'the answer ended without "done": true, it was cut' : 'the answer is empty');
    },
  };
};
