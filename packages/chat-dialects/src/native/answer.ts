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

// The JSON that this front answers with. Optional fields are absent when empty or unknown.

export interface NativeToolCallAnswer {
  readonly id: string;
  readonly name: string;
  /** A string is what the model wrote where that was not a JSON object. */
  readonly arguments: JsonObject | string;
  readonly provider_metadata?: ProviderMetadata;
}

/** Disjoint buckets; one that the upstream did not report is absent. */
export interface NativeUsage {
  readonly input?: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
  readonly output?: number;
  readonly reasoning?: number;
  readonly cost_usd?: number;
  /** What the buckets count; absent means tokens. */
  readonly unit?: string;
}

export interface NativeAttempt {
  readonly provider: string;
  readonly model: string;
  readonly outcome: AttemptOutcome;
  readonly code?: ErrorCode;
  readonly phase?: TimeoutPhase;
  readonly ms: number;
  /** Characters that had come from the upstream when the attempt ended early. */
  readonly output_characters?: number;
}

/** Everything of an answer but what a stream carries in its deltas. */
export interface NativeAnswerFacts {
  readonly id: string;
  /** The model as it was sent upstream. */
  readonly model: string;
  readonly provider: string;
  /** The upstream's own id of the answer. */
  readonly response_id?: string;
  readonly finish_reason: FinishReason;
  readonly raw_finish_reason?: string;
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly usage?: NativeUsage;
  readonly latency_ms: number;
  readonly attempts?: readonly NativeAttempt[];
  readonly warnings?: readonly ChatWarning[];
  readonly provider_metadata?: ProviderMetadata;
  /** What else the upstream told of the answer; nobody wants it back. */
  readonly provider_details?: ProviderMetadata;
}

/** The whole answer of `POST /v1/chat`. */
export interface NativeAnswer extends NativeAnswerFacts {
  readonly content: string;
  readonly reasoning?: string;
  readonly reasoning_segments?: readonly ReasoningSegment[];
  readonly tool_calls?: readonly NativeToolCallAnswer[];
}

/** The object under `error`, in a body and in a stream. */
export interface NativeErrorObject {
  readonly code: ErrorCode;
  readonly message: string;
  readonly provider?: string;
  readonly model?: string;
  /** The wrong field, in the names of the body. */
  readonly path?: string;
  /** Which time limit was reached. */
  readonly phase?: TimeoutPhase;
  readonly retryable: boolean;
  readonly upstream_status: number | null;
  readonly request_id: string;
  readonly attempts?: readonly NativeAttempt[];
}
