import type { Attempt } from './error.js';
import type { ChatEvent, ChatWarning } from './event.js';
import type { ChatRequest, ProviderMetadata } from './message.js';
import type { Usage } from './usage.js';

/** What a provider's wire mapping can express at all. `ModelInfo.capabilities` narrows it for one model. */
export interface Capabilities {
  /** Takes `tools`, and gives tool calls. */
  readonly tools: boolean;
  /** `tools` work, and `toolChoice` `required` or a name is honoured upstream. */
  readonly toolChoice: boolean;
  /** Takes images in messages. */
  readonly images: boolean;
  /** Takes files in messages. */
  readonly files: boolean;
  /** Takes `think`, and gives reasoning apart from text. */
  readonly reasoning: boolean;
  /** `enforced` upstream; `checked` here after the fact; `none`: a `format` is refused. */
  readonly structuredOutput: 'enforced' | 'checked' | 'none';
  /** Has `embed`. */
  readonly embeddings: boolean;
}

/** A model as its upstream lists it. What the upstream does not tell is absent. */
export interface ModelInfo {
  /** The name to send upstream. */
  readonly id: string;
  /** A name for people. */
  readonly displayName?: string;
  /** A sentence for people. */
  readonly description?: string;
  /** Tokens that prompt and answer share. */
  readonly contextWindow?: number;
  /** The most tokens that one answer may have. */
  readonly maxOutputTokens?: number;
  /** What is known of this model; an absent member is unknown, not "no". */
  readonly capabilities?: Partial<Capabilities>;
}

/** Whether a provider can answer now. */
export interface Availability {
  /** A call would very likely succeed. */
  readonly available: boolean;
  /** A version where there is one, or in a sentence why it is not available and what to do. */
  readonly detail?: string;
}

/** Where a provider's key came from. It never holds the key. */
export interface CredentialStatus {
  /** A key was found; whether the upstream takes it shows only in a call. */
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
  /** For errors and logs, and sent upstream where there is a header for it. */
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

/** Asks for one vector for each input. */
export interface EmbedRequest {
  /** The name to send upstream. */
  readonly model: string;
  /** Texts; empty beside `tokens`. */
  readonly input: readonly string[];
  /** Numbers of the model's own vocabulary, one list for each vector, in place of `input`; refused by who takes text only. */
  readonly tokens?: readonly (readonly number[])[];
  /** Length of the vectors; the model's own when left out. */
  readonly dimensions?: number;
  /** Fields for one provider, keyed by provider id or plugin name. */
  readonly providerOptions?: ProviderMetadata;
}

/** The vectors of one `EmbedRequest`. */
export interface EmbedResponse {
  /** The model as it was sent upstream. */
  readonly model: string;
  /** One vector per input, in the order of the input. */
  readonly embeddings: readonly (readonly number[])[];
  /** What the call consumed; absent when the upstream did not say. */
  readonly usage?: Usage;
  /** What of the request was dropped or changed. */
  readonly warnings?: readonly ChatWarning[];
}

/** A source of model answers. Everything but `stream` is optional. */
export interface Provider {
  readonly specificationVersion: 'v1';
  /** Instance id from the config, and routing prefix: no `/` and no `:`. */
  readonly id: string;
  /** What its wire mapping can express at all. */
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
