import type { ChatRequest, EmbedRequest, EmbedResponse, ErrorCode, ModelInfo } from '@lakehouse/chat-core';
import type { Script } from './script.js';
import type { Reply } from './upstream.js';

/** Tokens of one answer as its upstream counts them; an absent member was not counted. */
export interface TokenTotals {
  /** All input, also what came from a cache. */
  readonly input?: number;
  /** All output, reasoning included. */
  readonly output?: number;
}

/** The upstream's own bytes. Only `whole` and `stream` are needed; each of the others lets a further rule apply. */
export interface UpstreamAnswers {
  /** A good answer to a call for a whole answer; the same script as `stream` where the provider always streams. */
  readonly whole: Script;
  /** The same answer streamed: its text in at least two pieces, and with a character of several bytes. */
  readonly stream: Script;
  /** The bytes of `stream`; read from it when left out. */
  readonly streamBytes?: Uint8Array;
  /**
   * How many bytes of the stream make the answer complete, where that is before the end: a cut from there on may end
   * well. Left out, every cut must end in an error unless nothing at all is missing from the answer.
   */
  readonly completeFrom?: number;
  /** All tokens that `whole` and `stream` count; needed when they count any. */
  readonly totals?: TokenTotals;
  /** `whole` without any count, where the kit does not find the fields by their names (token, count, usage). */
  readonly withoutUsage?: Script;
  /** What the upstream sends between two lines to show that it lives, for example `: wait\n\n`. */
  readonly heartbeat?: string;
  /** Streams with CRLF line ends mean the same. */
  readonly allowsCrlf?: boolean;
  /** An error inside a 200, and its code. `stream` is also played behind the first content. */
  readonly failure?: { readonly whole?: Script; readonly stream?: Script; readonly code: ErrorCode };
  /** Statuses that mean something else at this upstream. */
  readonly statuses?: Readonly<Record<number, ErrorCode | readonly ErrorCode[]>>;
  /** The upstream's list of models, and what `models()` makes of it. */
  readonly models?: { readonly script: Reply; readonly expect: readonly Partial<ModelInfo>[] };
  /** Vectors, and what `embed()` makes of them; needed when the provider declares `embeddings`. */
  readonly embeddings?: {
    readonly request: EmbedRequest;
    readonly script: Reply;
    readonly expect: Partial<EmbedResponse>;
  };
  /** Parameters without which this upstream refuses a request, so that the provider sends a default. */
  readonly requiredParameters?: readonly (keyof ChatRequest)[];
}
