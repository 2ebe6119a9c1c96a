import type {
  AttemptOutcome,
  ChatWarning,
  ErrorCode,
  FinishReason,
  JsonObject,
  ProviderMetadata,
  ReasoningSegment,
  TimeoutPhase,
} from '@lakehouse/chat-core';

// The JSON that this front answers with. Optional fields are absent from it when empty or unknown.

/** A call that the model asks its caller to make. */
export interface NativeToolCallAnswer {
  /** Unique within the conversation. */
  readonly id: string;
  /** Name of the function to call. */
  readonly name: string;
  /** A string is what the model wrote where that was not a JSON object. */
  readonly arguments: JsonObject | string;
  /** To be handed back unchanged with this call. */
  readonly provider_metadata?: ProviderMetadata | undefined;
}

/** Disjoint buckets; one that the upstream did not report is absent. */
export interface NativeUsage {
  /** Input that was neither read from nor written to a cache. */
  readonly input?: number | undefined;
  /** Input that was read from a cache. */
  readonly cache_read?: number | undefined;
  /** Input that was written to a cache. */
  readonly cache_write?: number | undefined;
  /** Output without reasoning, where the upstream tells the two apart. */
  readonly output?: number | undefined;
  /** Output that was reasoning. */
  readonly reasoning?: number | undefined;
  /** In US dollars, as the upstream stated it. */
  readonly cost_usd?: number | undefined;
  /** What the buckets count; absent means tokens. */
  readonly unit?: string | undefined;
}

/** One call of one target, in the trail. */
export interface NativeAttempt {
  /** Id of the provider. */
  readonly provider: string;
  /** The model as it was sent upstream. */
  readonly model: string;
  /** How the attempt ended. */
  readonly outcome: AttemptOutcome;
  /** The error's code; absent for `ok`. */
  readonly code?: ErrorCode | undefined;
  /** Which time limit was reached. */
  readonly phase?: TimeoutPhase | undefined;
  /** Milliseconds from the start of the attempt to its end. */
  readonly ms: number;
  /** Characters that had come from the upstream when the attempt ended early. */
  readonly output_characters?: number | undefined;
}

/** Everything of an answer but what a stream carries in its deltas. */
export interface NativeAnswerFacts {
  /** The front's own id of the answer, `chat_…`. */
  readonly id: string;
  /** The model as it was sent upstream. */
  readonly model: string;
  /** Id of the provider that answered. */
  readonly provider: string;
  /** The upstream's own id of the answer. */
  readonly response_id?: string | undefined;
  /** Why the answer ended. */
  readonly finish_reason: FinishReason;
  /** The upstream's own word, where it differs. */
  readonly raw_finish_reason?: string | undefined;
  /** All input tokens. */
  readonly input_tokens?: number | undefined;
  /** All output tokens. */
  readonly output_tokens?: number | undefined;
  /** The same in buckets. */
  readonly usage?: NativeUsage | undefined;
  /** Milliseconds from the request to the end of the answer. */
  readonly latency_ms: number;
  /** The trail, one entry for each call of a target. */
  readonly attempts?: readonly NativeAttempt[] | undefined;
  /** What of the request was dropped or changed, those of its reading first. */
  readonly warnings?: readonly ChatWarning[] | undefined;
  /** To be handed back unchanged with this turn. */
  readonly provider_metadata?: ProviderMetadata | undefined;
  /** What else the upstream told of the answer; nobody wants it back. */
  readonly provider_details?: ProviderMetadata | undefined;
}

/** The whole answer of `POST /v1/chat`. */
export interface NativeAnswer extends NativeAnswerFacts {
  /** The text; empty when the model only called tools. */
  readonly content: string;
  /** The reasoning as text. */
  readonly reasoning?: string | undefined;
  /** The reasoning in signed segments, where the upstream signed it. */
  readonly reasoning_segments?: readonly ReasoningSegment[] | undefined;
  /** The calls that the model asks for. */
  readonly tool_calls?: readonly NativeToolCallAnswer[] | undefined;
}

/** The object under `error`, in a body and in a stream. */
export interface NativeErrorObject {
  /** A row of the error table. */
  readonly code: ErrorCode;
  /** What is wrong and what would be right, for people. */
  readonly message: string;
  /** Id of the provider that failed. */
  readonly provider?: string;
  /** The model as it was sent upstream. */
  readonly model?: string;
  /** The wrong field, in the names of the body. */
  readonly path?: string;
  /** Which time limit was reached. */
  readonly phase?: TimeoutPhase;
  /** The same request may succeed later. */
  readonly retryable: boolean;
  /** HTTP status that the upstream answered with; null where there was none. */
  readonly upstream_status: number | null;
  /** The host's id of the request. */
  readonly request_id: string;
  /** The trail up to the failure. */
  readonly attempts?: readonly NativeAttempt[];
}
