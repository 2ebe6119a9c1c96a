/** One row of the error table. */
export interface ErrorClass {
  /** HTTP status of the native front. */
  readonly status: number;
  /** The same request to the same target may succeed. */
  readonly retryable: boolean;
  /** The same request to another target may succeed. */
  readonly reroutable: boolean;
  /** One sentence, for documentation and for people. */
  readonly meaning: string;
}

const row = (status: number, retryable: boolean, reroutable: boolean, meaning: string): ErrorClass => ({
  status,
  retryable,
  reroutable,
  meaning,
});

/** The one table of error codes. An error may override each column where its upstream told more. */
export const errorTable = {
  'invalid-request': row(400, false, false, 'The request is wrong; `path` names the field.'),
  unauthenticated: row(502, false, true, 'The upstream rejects the key it was given.'),
  'permission-denied': row(403, false, true, "The upstream's plan, region or client check forbids it."),
  'model-not-found': row(502, false, true, 'The upstream does not know the model.'),
  'provider-unavailable': row(404, false, true, 'The provider is not configured or has no key.'),
  'context-too-long': row(400, false, true, "The prompt does not fit the model's context window."),
  'content-filtered': row(400, false, false, 'A content filter refused the request.'),
  unsupported: row(400, false, true, 'The provider or model cannot do what the request needs.'),
  'rate-limited': row(429, true, true, 'Too many requests; `retryAfterMs` says how long to wait, if known.'),
  'quota-exceeded': row(429, false, true, 'Credit or a plan window is used up.'),
  overloaded: row(503, true, true, 'The upstream, or this service, has no capacity now.'),
  unreachable: row(502, true, true, 'The upstream could not be reached, or the connection broke.'),
  'bad-response': row(502, true, true, 'The answer was malformed, or cut before its end.'),
  'upstream-failure': row(502, true, true, 'The upstream failed.'),
  timeout: row(504, true, true, 'A time limit was reached; `phase` names it.'),
  aborted: row(499, false, false, 'The caller left.'),
  internal: row(500, false, false, 'A defect of this service or of a provider package.'),
} as const satisfies Record<string, ErrorClass>;

/** A key of `errorTable`. Later 1.x versions may add some: take an unknown one by its `retryable` and `reroutable`. */
export type ErrorCode = keyof typeof errorTable;

/** Which limit a `timeout` is about; `upstream`: the upstream itself reported one. */
export type TimeoutPhase = 'connect' | 'first-content' | 'idle' | 'total' | 'upstream';

/** `skipped`: the target's turn came, but it was not called; `code` says why. */
export type AttemptOutcome = 'ok' | 'error' | 'aborted' | 'skipped';

/** One call of one target, for the trail that every answer and error carries. */
export interface Attempt {
  /** Id of the provider. */
  readonly provider: string;
  /** The model as it was sent upstream. */
  readonly model: string;
  /** How the attempt ended. */
  readonly outcome: AttemptOutcome;
  /** The error's code; absent for `ok`. */
  readonly code?: ErrorCode;
  /** Which time limit a `timeout` is about. */
  readonly phase?: TimeoutPhase;
  /** Milliseconds from the start of the attempt to its end. */
  readonly ms: number;
  /**
   * Characters of text, reasoning and tool arguments that had come when the attempt ended early: a lower bound of what
   * the upstream charges for. Absent when none had, and for a complete answer, which has its usage.
   */
  readonly outputCharacters?: number;
}

/** What an error says beside code and message. What is left out comes from `errorTable`, or stays unknown. */
export interface ChatErrorOptions {
  /** Id of the provider that failed. */
  readonly provider?: string | undefined;
  /** The model as it was sent upstream. */
  readonly model?: string | undefined;
  /** The field of the request that is wrong, for example `messages[0].role`. */
  readonly path?: string | undefined;
  /** Which time limit a `timeout` is about. */
  readonly phase?: TimeoutPhase | undefined;
  /** How long the upstream asks to wait. 0: at once, because a connection was stale and nothing was asked. */
  readonly retryAfterMs?: number | undefined;
  /** HTTP status that the upstream answered with. */
  readonly upstreamStatus?: number | undefined;
  /** The upstream's own id of the request, for its support. */
  readonly upstreamRequestId?: string | undefined;
  /** At most a few hundred characters of the upstream's body, keys removed. */
  readonly bodyExcerpt?: string | undefined;
  /** HTTP status for the caller, in place of the table's. */
  readonly status?: number | undefined;
  /** In place of the table's: the same request to the same target may succeed. */
  readonly retryable?: boolean | undefined;
  /** In place of the table's: the same request to another target may succeed. */
  readonly reroutable?: boolean | undefined;
  /** The trail up to the failure. */
  readonly attempts?: readonly Attempt[] | undefined;
  /** What led to it; it is never shown to a caller. */
  readonly cause?: unknown;
}

/** Recognises errors of every installed copy of this package. */
const mark: unique symbol = Symbol.for('@lakehouse/chat-core/error') as never;

/** The only error class of the contract. Recognise it with `isChatError`, never with `instanceof`. */
export class ChatError extends Error {
  /** What `isChatError` looks for. */
  readonly [mark] = true;
  /** A row of `errorTable`. */
  readonly code: ErrorCode;
  /** HTTP status of the native front. */
  readonly status: number;
  /** The same request to the same target may succeed. */
  readonly retryable: boolean;
  /** The same request to another target may succeed. */
  readonly reroutable: boolean;
  /** Id of the provider that failed. */
  readonly provider: string | undefined;
  /** The model as it was sent upstream. */
  readonly model: string | undefined;
  /** The field of the request that is wrong, for example `messages[0].role`. */
  readonly path: string | undefined;
  /** Which time limit a `timeout` is about. */
  readonly phase: TimeoutPhase | undefined;
  /** How long the upstream asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** HTTP status that the upstream answered with. */
  readonly upstreamStatus: number | undefined;
  /** The upstream's own id of the request. */
  readonly upstreamRequestId: string | undefined;
  /** At most a few hundred characters of the upstream's body, keys removed. */
  readonly bodyExcerpt: string | undefined;
  /** The trail up to the failure. */
  readonly attempts: readonly Attempt[] | undefined;

  constructor(code: ErrorCode, message: string, options: ChatErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ChatError';
    this.code = code;
    this.status = options.status ?? errorTable[code].status;
    this.retryable = options.retryable ?? errorTable[code].retryable;
    this.reroutable = options.reroutable ?? errorTable[code].reroutable;
    this.provider = options.provider;
    this.model = options.model;
    this.path = options.path;
    this.phase = options.phase;
    this.retryAfterMs = options.retryAfterMs;
    this.upstreamStatus = options.upstreamStatus;
    this.upstreamRequestId = options.upstreamRequestId;
    this.bodyExcerpt = options.bodyExcerpt;
    this.attempts = options.attempts;
  }
}

/** True for a `ChatError` of any installed copy of this package. */
export const isChatError = (value: unknown): value is ChatError =>
  typeof value === 'object' && value !== null && mark in value;

const isNamed = (value: unknown, name: string): boolean => value instanceof Error && value.name === name;

/**
 * Makes any thrown value a `ChatError`. When the caller's signal is aborted, the reason is the caller (or the
 * `ChatError` the signal was aborted with), whatever the failure looked like on the way.
 */
export const toChatError = (
  value: unknown,
  where: Pick<ChatErrorOptions, 'provider' | 'model'> & { readonly signal?: AbortSignal } = {},
): ChatError => {
  const { signal, ...options } = where;
  if (signal?.aborted && isChatError(signal.reason)) return signal.reason;
  if (signal?.aborted) {
    return new ChatError('aborted', 'The caller left before the answer was complete', {
      ...options,
      cause: value,
    });
  }
  if (isChatError(value)) return value;
  if (isNamed(value, 'TimeoutError')) {
    return new ChatError('timeout', 'The call took too long', { ...options, phase: 'total', cause: value });
  }
  if (isNamed(value, 'AbortError'))
    return new ChatError('aborted', 'The call was cancelled', { ...options, cause: value });
  return new ChatError('internal', 'Internal error', { ...options, cause: value });
};
