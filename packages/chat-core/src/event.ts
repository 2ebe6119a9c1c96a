import type { ProviderMetadata } from './message.js';
import type { Usage } from './usage.js';

/** Something the caller should know about an answer that is otherwise good. */
export interface ChatWarning {
  /** A parameter is not sent, is sent differently, or the answer is not in the form that was asked for. */
  readonly code: 'parameter-dropped' | 'parameter-changed' | 'answer-mismatch' | 'other';
  /** The parameter it is about, by its name in `ChatRequest`. */
  readonly parameter?: string;
  /** One sentence for the caller: what happened, and why. */
  readonly message: string;
}

/** Why an answer ended; what an upstream calls otherwise is `other`, its own word in `rawFinishReason`. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'other';

/** First event of every stream. */
export interface ResponseStart {
  readonly type: 'response-start';
  /** The model as it was sent upstream. */
  readonly model: string;
  /** The upstream's own id of the answer. */
  readonly responseId?: string;
  /** What is already known of the request: dropped and changed parameters. */
  readonly warnings?: readonly ChatWarning[];
}

/** A piece of the answer's text. */
export interface TextDelta {
  readonly type: 'text-delta';
  /** The characters that follow those before; never cut inside of one. */
  readonly delta: string;
}

/** A piece of reasoning; a signature belongs to all reasoning since the last signature. */
export interface ReasoningDelta {
  readonly type: 'reasoning-delta';
  /** The characters that follow those before; may be empty beside a signature. */
  readonly delta: string;
  /** Opaque; the provider wants it back with the text that it signs. */
  readonly signature?: string;
}

/** A piece of a tool call. The first of an index carries `id` and `name`; later ones never repeat them. */
export interface ToolCallDelta {
  readonly type: 'tool-call-delta';
  /** Which call: 0, 1, 2 … in the order of their first delta. */
  readonly index: number;
  /** Unique within the conversation. */
  readonly id?: string;
  /** Name of the function. */
  readonly name?: string;
  /** The next piece of the arguments' JSON text. */
  readonly argumentsDelta?: string;
  /** What the provider wants back unchanged with this call. */
  readonly providerMetadata?: ProviderMetadata;
}

/** A decoded upstream object, passed on when `CallContext.rawChunks` asks for it. */
export interface RawChunk {
  readonly type: 'raw-chunk';
  /** As the upstream sent it, parsed. */
  readonly chunk: unknown;
}

/** Exactly once and last, and only when the upstream itself said that the answer is complete. */
export interface ResponseEnd {
  readonly type: 'response-end';
  /** Why the answer ended. */
  readonly finishReason: FinishReason;
  /** The upstream's own word, where it differs from `finishReason`. */
  readonly rawFinishReason?: string;
  /** What the call consumed; absent when the upstream did not say. */
  readonly usage?: Usage;
  /** What the provider wants back unchanged on the next turn. */
  readonly providerMetadata?: ProviderMetadata;
  /** What else the upstream told of the answer and has no common field; nobody wants it back. */
  readonly providerDetails?: ProviderMetadata;
  /** Warnings that could only be known at the end. */
  readonly warnings?: readonly ChatWarning[];
}

/**
 * What a provider yields. A stream that fails throws a `ChatError` instead of ending; there is no error event.
 * Consumers ignore event types that they do not know: later 1.x versions may add some.
 */
export type ChatEvent = ResponseStart | TextDelta | ReasoningDelta | ToolCallDelta | RawChunk | ResponseEnd;

/**
 * Whether an event commits the answer: from here on the caller has seen something of it, so that it can be neither
 * retried nor sent to another target.
 */
export const isContentEvent = (event: ChatEvent): boolean =>
  event.type === 'text-delta' ||
  event.type === 'reasoning-delta' ||
  event.type === 'tool-call-delta' ||
  event.type === 'response-end';
