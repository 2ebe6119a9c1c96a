import type { FaultOutcome } from '@lakehouse/provider-testkit/fault-wall';

/** How a caller asks: `buffered` is a stream with `x-chatd-delivery: buffered`. */
export type Form = 'whole' | 'stream' | 'buffered';

export type Code = Exclude<FaultOutcome, 'answer'>;

/** What one call of the upstream comes to. */
export interface Call {
  readonly outcome: FaultOutcome;
  /** The time limit that ended it. */
  readonly phase?: 'first-content' | 'idle' | 'total';
  /** A stream had content before it failed. */
  readonly afterContent?: boolean;
  /** Milliseconds that it takes at least. */
  readonly takesMs: number;
}

/** What the caller of one request must see. */
export interface Expected {
  /** The error before any content, the error that ends a stream after some, or absent: it is answered. */
  readonly failure?: { readonly code: Code; readonly phase?: Call['phase']; readonly afterContent: boolean };
  /** Which target answers. */
  readonly by?: 'first' | 'second';
  /** Calls of the first target, and of the second where there is one. */
  readonly calls: readonly number[];
  /** What each failed call of the first target has in the trail. */
  readonly failedWith?: Code;
  /** Milliseconds that the rules need. */
  readonly takesMs: number;
  /** Milliseconds after which the caller has all of it. */
  readonly withinMs: number;
  /** Seconds in the header `retry-after`. */
  readonly retryAfter?: number;
}
