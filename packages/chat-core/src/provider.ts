import type { Attempt } from './error.js';
import type { ChatEvent, ChatWarning } from './event.js';
import type { ChatRequest, ProviderMetadata } from './message.js';
import type { Usage } from './usage.js';

/** What a provider's wire mapping can express at all. `ModelInfo.capabilities` narrows it for one model. */
export interface Capabilities {
  readonly tools: boolean;
  /** `tools` work, and `toolChoice` `required` or a name is honoured upstream. */
  readonly toolChoice: boolean;
  readonly images: boolean;
  readonly files: boolean;
  readonly reasoning: boolean;
  /** `enforced` upstream; `checked` here after the fact; `none`: a `format` is refused. */
  readonly structuredOutput: 'enforced' | 'checked' | 'none';
  readonly embeddings: boolean;
}

export interface ModelInfo {
  /** The name to send upstream. */
  readonly id: string;
  readonly displayName?: string;
  readonly description?: string;
  /** Tokens that prompt and answer share. */
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  /** What is known of this model; an absent member is unknown, not "no". */
  readonly capabilities?: Partial<Capabilities>;
}

export interface Availability {
  readonly available: boolean;
  /** A version where there is one, or in a sentence why it is not available and what to do. */
  readonly detail?: string;
}

/** Where a provider's key came from. It never holds the key. */
export interface CredentialStatus {
  readonly present: boolean;
  /** For example `environment variable EXAMPLE_API_KEY`. */
  readonly source?: string;
  /** What to set, in a sentence, when it is missing. */
  readonly hint: string;
}

/** What accompanies one call. */
export interface CallContext {
  /** Every socket, timer and sleep obeys it. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** The caller's wish; for `whole` a provider may ask its upstream for an answer in one piece. */
  readonly delivery: 'stream' | 'whole';
  /** Yield `raw-chunk` events too. */
  readonly rawChunks?: boolean;
  /** The trail: whoever calls a target appends one entry when that call ends. */
  readonly attempts?: Attempt[];
  /**
   * Ids of the hosts that this call has passed through, the oldest first, the host that calls the provider last: at most
   * 64 letters, digits, `.`, `_` or `-` each. A provider of another host sends it on, so that a loop is found.
   */
  readonly via?: readonly string[];
}

export interface EmbedRequest {
  readonly model: string;
  /** Texts; empty beside `tokens`. */
  readonly input: readonly string[];
  /** Numbers of the model's own vocabulary, one list for each vector, in place of `input`; refused by who takes text only. */
  readonly tokens?: readonly (readonly number[])[];
  readonly dimensions?: number;
  readonly providerOptions?: ProviderMetadata;
}

export interface EmbedResponse {
  readonly model: string;
  /** One vector per input, in the order of the input. */
  readonly embeddings: readonly (readonly number[])[];
  readonly usage?: Usage;
  readonly warnings?: readonly ChatWarning[];
}

/** A source of model answers. Everything but `stream` is optional. */
export interface Provider {
  readonly specificationVersion: 'v1';
  /** Instance id from the config, and routing prefix: no `/` and no `:`. */
  readonly id: string;
  readonly capabilities: Capabilities;
  /** Absent when the provider needs no key. */
  readonly credential?: CredentialStatus;
  /**
   * Answers one request. Nothing happens upstream before the first pull. The events follow the rules in `ChatEvent`;
   * a failure is thrown as a `ChatError`; a body that ends without the upstream's own terminal is a failure.
   */
  stream(request: ChatRequest, context: CallContext): AsyncIterable<ChatEvent>;
  /** The models that can be called now. Throws a `ChatError` when the upstream cannot say. */
  models?(context: CallContext): Promise<readonly ModelInfo[]>;
  /** Whether calls can succeed now. Answers, never throws. */
  availability?(context: CallContext): Promise<Availability>;
  /** Throws a `ChatError` on failure. */
  embed?(request: EmbedRequest, context: CallContext): Promise<EmbedResponse>;
  /** Frees sockets and timers; calls in flight may fail afterwards. */
  close?(): Promise<void>;
}
