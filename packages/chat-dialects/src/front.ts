import type {
  Attempt,
  ChatError,
  ChatEvent,
  ChatRequest,
  ChatResponse,
  ChatWarning,
  CollectorOptions,
  EmbedRequest,
  EmbedResponse,
  ModelInfo,
} from '@lakehouse/chat-core';

/** A client's protocol, as data and pure functions: a host mounts its routes, and knows nothing else of it. */
export interface Front {
  /** For messages and logs, for example `native`. */
  readonly name: string;
  /** A further name of the header that gives the request's id back, in lower case. */
  readonly requestIdHeader?: string;
  /**
   * Whether a body is read as JSON whatever its content type says, as callers of this protocol are used to; the host
   * does so for no web page.
   */
  readonly anyContentType?: boolean;
  /** Everything that this protocol answers to. */
  readonly routes: readonly FrontRoute[];
  /** Warnings of a provider, in the names of the body. */
  toWarnings(warnings: readonly ChatWarning[]): readonly ChatWarning[];
  /** The front's own shape and status of a failure before any output. */
  formatError(error: ChatError, meta: Pick<AnswerMeta, 'requestId'>): ErrorAnswer;
}

/** A path of a front, told apart by `kind`. */
export type FrontRoute = ChatRoute | EmbedRoute | CatalogueRoute | PlainRoute;

/** What every route says of where it stands. */
interface RouteBase {
  /** The HTTP method that it answers to. */
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** In Express's form; the rest of a path is `/v1/models/*id`, whose parameter is joined by slashes. */
  readonly path: string;
  /** Where two fronts share a path: whether this one is meant. The front that is mounted first is asked first. */
  readonly accepts?: (headers: RouteInput['headers']) => boolean;
}

/** What a route gets of a request. */
export interface RouteInput {
  /** The parsed JSON body; undefined where there is none. */
  readonly body: unknown;
  /** Decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Asks a model. */
export interface ChatRoute extends RouteBase {
  readonly kind: 'chat';
  /** The content type of a streamed answer. */
  readonly streamType: 'text/event-stream; charset=utf-8' | 'application/x-ndjson';
  /** Throws `invalid-request`, with the field's path in the names of the body, or `unsupported`. */
  parse(input: RouteInput): ChatExchange;
}

/** One parsed request, with what its answer needs to know of it. */
export interface ChatExchange {
  /** What is asked of the model. */
  readonly request: ChatRequest;
  /** Whether the caller wants the answer in pieces. */
  readonly stream: boolean;
  /** Whether the keys of `providerOptions` are the caller's own words, which may be misspelt. */
  readonly namesProviders?: boolean;
  /** What of the request could not be taken over; `parameter` is a path in the body. */
  readonly warnings: readonly ChatWarning[];
  /** What only some plugins' providers can be told. */
  readonly onlyFor?: PluginParameters;
  /**
   * Present where the request only loads a model: the JSON body of the answer, to be sent at once and whole, without
   * asking the model. `request` then names it, with no messages; whether the name leads anywhere is for the host to see.
   */
  readonly answerAtOnce?: (meta: Pick<AnswerMeta, 'requestId' | 'createdAt'>) => unknown;
  /** The JSON body of a whole answer. */
  formatResponse(response: ChatResponse, meta: AnswerMeta): unknown;
  /** One encoder for one streamed answer; `meta` is asked again when more is known. */
  createEncoder(meta: () => AnswerMeta, size?: AnswerSize): StreamEncoder;
}

/** Parameters that stand in `providerOptions`, because only providers of some plugins can be told of them. */
export interface PluginParameters {
  /** Names of the plugins. */
  readonly plugins: readonly string[];
  /** What is lost where another provider answers, if it meant something; a strict request is refused there. */
  readonly warnings: readonly ChatWarning[];
}

/** How long an answer may be. */
export type AnswerSize = Pick<CollectorOptions, 'maxCharacters'>;

/** Turns one stream of events into the bytes of a streamed answer. Every method returns the text to send, maybe empty. */
export interface StreamEncoder {
  /** Throws `internal` for an event that breaks the rules; pass that to `error`. */
  push(event: ChatEvent): string;
  /** The terminal, once the events are through; an error when the answer was cut. */
  end(): string;
  /** The terminal of a failed answer: it does not look complete. */
  error(error: ChatError): string;
  /** What may be sent at any time while there is nothing to say; empty where the protocol has no such thing. */
  keepAlive(): string;
}

/** What the host knows of an answer beyond the answer itself. */
export interface AnswerMeta {
  /** The host's id of the request. */
  readonly requestId: string;
  /** Id of the provider that answers. */
  readonly provider: string;
  /** When the request came, in Unix milliseconds. */
  readonly createdAt: number;
  /** Milliseconds since the request came. */
  readonly latencyMs: number;
  /** The calls of targets so far, in their order. */
  readonly attempts: readonly Attempt[];
  /** Those of the reading of the request; the provider's own are in its answer. */
  readonly warnings: readonly ChatWarning[];
}

/** A failure in a front's own words. */
export interface ErrorAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body. */
  readonly body: unknown;
}

/** Asks for vectors. */
export interface EmbedRoute extends RouteBase {
  readonly kind: 'embed';
  /** Throws `invalid-request` or `unsupported`. */
  parse(input: RouteInput): EmbedExchange;
}

/** One parsed request for vectors, with what its answer needs to know of it. */
export interface EmbedExchange {
  /** What is asked of the model. */
  readonly request: EmbedRequest;
  /** As of a chat. */
  readonly namesProviders?: boolean;
  /** What of the request could not be taken over; `parameter` is a path in the body. */
  readonly warnings: readonly ChatWarning[];
  /** What only some plugins' providers can be told. */
  readonly onlyFor?: PluginParameters;
  /** As of a chat, where there is nothing to embed. */
  readonly answerAtOnce?: ChatExchange['answerAtOnce'];
  /** The JSON body of the answer. */
  formatResponse(response: EmbedResponse, meta: AnswerMeta): unknown;
}

/** Tells of the models that can be asked. */
export interface CatalogueRoute extends RouteBase {
  readonly kind: 'catalogue';
  /** The JSON body. Throws `model-not-found` for a name that is asked for and not there. */
  answer(models: readonly ListedModel[], input: RouteInput): unknown;
}

/** A model under a name that routes to it, or a tier. */
export interface ListedModel {
  /** What a request has to name. */
  readonly id: string;
  /** Other names that lead to it. */
  readonly aliases?: readonly string[];
  /** Absent for a tier. */
  readonly provider?: string;
  /** What is known of the model; of a tier, of its first target. */
  readonly info?: ModelInfo;
}

/** Answers by itself. */
export interface PlainRoute extends RouteBase {
  readonly kind: 'plain';
  /** The JSON body; undefined for none. Throws a `ChatError` for what this front refuses. */
  answer(input: RouteInput): unknown;
}
