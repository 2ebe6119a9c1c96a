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

/**
 * A class with a generator method. For a getter in an object literal, and for each generator function that is made anew, V8
 * puts something among its old objects, which keeps the whole call until a full collection.
 */
class Reader implements AnswerReader {
  readonly #options: AnswerReaderOptions;
  readonly #idOf: (given: string | undefined) => string;
  readonly #text: string[] = [];
  #calls = 0;
  #started = false;
  #complete = false;
  #usage: Usage | undefined;
  #details: JsonObject | undefined;

  constructor(options: AnswerReaderOptions) {
    this.#options = options;
    this.#idOf = createToolCallIds(options.request);
  }

  get complete(): boolean {
    return this.#complete;
  }

  *push(object: unknown): Generator<ChatEvent> {
    const { fault, model, read = readChatLine, warnings: known, rawChunks, filter } = this.#options;
    if (isFrameError(object)) throw toFrameError(toFault(object), { ...fault, model });
    const line = read(object, fault.provider);
    if (!this.#started) {
      this.#started = true;
      const warnings = known();
      yield { type: 'response-start', model, ...(warnings.length > 0 && { warnings: [...warnings] }) };
    }
    if (rawChunks) yield { type: 'raw-chunk', chunk: object };
    if (line.thinking !== '') yield { type: 'reasoning-delta', delta: line.thinking };
    yield* this.#textEvents(filter ? filter.push(line.content) : line.content);
    for (const call of line.toolCalls) {
      const { name } = call;
      const argumentsDelta = toArgumentsText(call.arguments);
      const index = this.#calls++;
      yield { type: 'tool-call-delta', index, id: this.#idOf(call.id), name, argumentsDelta };
    }
    if (line.usage) this.#usage = { ...this.#usage, ...line.usage };
    if (line.details) this.#details = { ...this.#details, ...line.details };
    if (!line.done) return;
    if (filter) yield* this.#textEvents(filter.end());
    const end = this.#endEvent(line.doneReason);
    this.#complete = true;
    yield end;
  }

  end(): void {
    if (this.#complete) return;
    throw this.#failed(
      this.#started ? 'the answer ended without "done": true, it was cut' : 'the answer is empty',
    );
  }

  #textEvents(delta: string): readonly ChatEvent[] {
    if (delta === '') return [];
    if (this.#options.check) this.#text.push(delta);
    return [{ type: 'text-delta', delta }];
  }

  #endEvent(reason: string | undefined): ChatEvent {
    const { fault, model, plugin, endWarnings } = this.#options;
    if (reason === 'load' || reason === 'unload') {
      const { provider } = fault;
      const message = `${provider}: the prompt is empty, the model was only ${reason}ed`;
      throw new ChatError('invalid-request', message, { provider, model, path: 'messages' });
    }
    const finishReason = toFinishReason(reason, this.#calls > 0);
    const warnings = [...this.#mismatch(finishReason), ...(endWarnings?.() ?? [])];
    return {
      type: 'response-end',
      finishReason,
      ...(reason !== undefined && reason !== finishReason && { rawFinishReason: reason }),
      ...(this.#usage && { usage: this.#usage }),
      ...(this.#details && { providerDetails: { [plugin]: this.#details } }),
      ...(warnings.length > 0 && { warnings }),
    };
  }

  #mismatch(finishReason: FinishReason): readonly ChatWarning[] {
    const { request, check } = this.#options;
    const found = this.#calls > 0 ? undefined : check?.(this.#text.join(''));
    if (!found) return [];
    // An answer that was cut by the caller's own limit would be cut again: a failure would only be retried.
    if (request.strict && found.code === 'answer-mismatch' && finishReason !== 'length')
      throw this.#failed(found.message, found.parameter);
    return [found];
  }

  #failed(message: string, path?: string): ChatError {
    const { model, fault } = this.#options;
    const { provider } = fault;
    return new ChatError('bad-response', `${provider}: ${message}`, { provider, model, path });
  }
}

/** A reader for one answer, of `/api/chat` unless the options say otherwise. */
export const createAnswerReader = (options: AnswerReaderOptions): AnswerReader => new Reader(options);
