import type {
  ChatError,
  ChatRequest,
  ChatResponse,
  ErrorCode,
  ModelInfo,
  Provider,
} from '@lakehouse/chat-core';
import type { Script } from './script.js';
import type { RecordedRequest, Reply } from './upstream.js';

/** What a rule wants changed in the provider it makes. */
export interface ProviderOverrides {
  /** The upstream's key; present and undefined means that none is configured. */
  readonly key?: string | undefined;
  /** Sizes above which an answer is refused; a provider without such options keeps its own. */
  readonly limits?: { readonly bodyBytes: number; readonly lineBytes: number };
}

/** One quirk of the upstream, and what the provider makes of it. */
export interface Scenario {
  /** The quirk, as a sentence. */
  readonly name: string;
  /** Changes to the suite's request. */
  readonly request?: Partial<ChatRequest>;
  /** The answer to a call for a whole answer. */
  readonly whole?: Reply;
  /** The answer to a call for a stream; it is also played in single bytes. */
  readonly stream?: Reply;
  /** Matched with `toMatchObject`. */
  readonly expect?: Partial<ChatResponse>;
  /** The call fails; matched with `toMatchObject`. */
  readonly error?: Partial<ChatError>;
  /** Looks at the request that arrived upstream. */
  readonly sent?: (body: unknown, request: RecordedRequest) => void;
}

/** What `testProvider` needs to know of a provider. */
export interface SuiteOptions {
  /** Names the suite in the output. */
  readonly name: string;
  /** Makes a provider of the upstream at `url`, with some key unless the overrides say otherwise. */
  create(url: string, overrides?: ProviderOverrides): Provider | Promise<Provider>;
  /** A simple request, which the `basic` transcripts answer. */
  readonly request: ChatRequest;
  /** Good answers to `request` that say the same; the streamed text comes in at least two pieces. */
  readonly basic: {
    readonly whole: Script;
    readonly stream: Script;
    /** The bytes of `stream`; read from it when left out. */
    readonly streamBytes?: Uint8Array;
    /**
     * How many bytes of the stream make the answer complete, where that is before the end: a cut from there on may end
     * well. Left out, every cut must end in an error unless nothing at all is missing from the answer.
     */
    readonly completeFrom?: number;
  };
  /** The upstream's list of models, and what `models()` makes of it. */
  readonly models?: { readonly script: Reply; readonly expect: readonly Partial<ModelInfo>[] };
  /** Without a key nothing is sent, and the call fails with `provider-unavailable`. */
  readonly needsKey?: boolean;
  /** The provider uses sockets that it does not own, such as those of the global `fetch`, so `close` leaves some open. */
  readonly sharedSockets?: boolean;
  /** Streams with CRLF line ends mean the same. */
  readonly allowsCrlf?: boolean;
  /** Statuses that mean something else at this upstream. */
  readonly statuses?: Readonly<Record<number, ErrorCode | readonly ErrorCode[]>>;
  /** The upstream's quirks: what it sends, and what becomes of it. */
  readonly scenarios: readonly Scenario[];
}
