/** What a server can refuse a request for. */
export type Refusal =
  | 'rate-limited'
  | 'quota'
  | 'failed'
  | 'unavailable'
  | 'overloaded'
  | 'context-too-long'
  | 'content-filtered'
  | 'wrong-key'
  | 'unknown-model'
  | 'permission-denied'
  | 'bad-request';

/** The status of each refusal, the same in every protocol. */
export const refusalStatus: Readonly<Record<Refusal, number>> = {
  'rate-limited': 429,
  quota: 429,
  failed: 500,
  unavailable: 503,
  overloaded: 529,
  'context-too-long': 400,
  'content-filtered': 400,
  'wrong-key': 401,
  'unknown-model': 404,
  'permission-denied': 403,
  'bad-request': 400,
};

/** What all frames of one answer have in common. */
export interface AnswerHead {
  readonly model: string;
  /** Which request for this model it answers. */
  readonly number: number;
  /** The request asked for usage at the end of a stream. */
  readonly usageAsked: boolean;
}

/** The words of one wire format; the faults are written once against it. */
export interface Protocol {
  readonly path: string;
  /** What a request without `stream` asks for. */
  readonly streamsByDefault: boolean;
  /** Content type of a stream; a whole answer is `application/json`. */
  readonly streamType: string;
  /** Life in a stream without any content. */
  readonly heartbeat: string;
  /** A frame that is not JSON. */
  readonly malformedFrame: string;
  /** What comes before the first content of a stream; may be empty. */
  start(head: AnswerHead): string;
  /** A frame with a piece of text. */
  delta(head: AnswerHead, text: string): string;
  /** The frames that say that the answer is complete. */
  terminal(head: AnswerHead): readonly string[];
  /** The JSON of a whole answer; one that is not complete lacks only the word that says so. */
  whole(head: AnswerHead, text: string, complete: boolean): string;
  /** The JSON of a refusal; `message` goes before the protocol's own words. */
  refuse(refusal: Refusal, model: string, message?: string): string;
  /** The same inside a stream. */
  refusalFrame(refusal: Refusal, model: string): string;
}

/** Every good answer counts the same: tokens read, and tokens written. */
export const countedUsage = { input: 12, output: 5 } as const;
