import type { ErrorCode } from '@lakehouse/chat-core';
import type { PlayableScript } from '../script.js';
import type { AnswerHead, Protocol } from './protocol.js';

/** What the right reader makes of a fault: an answer, or an error with this code. */
export type FaultOutcome = 'answer' | ErrorCode;

/** One name of the wall. */
export interface WallFault {
  /** What a request names as its model, alone or as `NAME@KEY`. */
  readonly name: string;
  /** What the wall does, in one sentence. */
  readonly about: string;
  /**
   * What the right reader makes of the request that meets the fault, by the form it asked for. `timeout`: nothing but a
   * time limit of the reader ends it.
   */
  readonly means: { readonly stream: FaultOutcome; readonly whole: FaultOutcome };
  /** When the same model answers well; absent when it never does, or always. */
  readonly answers?: 'after-one-request' | 'while-up' | 'on-a-new-connection';
  /** The wait that the answer states, in milliseconds; that of a date is at most so long. */
  readonly retryAfterMs?: number;
}

/** One request, as the script of its fault sees it. */
export interface FaultCall extends AnswerHead {
  readonly protocol: Protocol;
  readonly stream: boolean;
  /** The condition under which this fault turns requests away holds. */
  readonly refused: boolean;
}

/** A row of the table, with what it does. */
export interface FaultRow extends WallFault {
  /** Turns a request away while its model's switch is set, or when its connection has been used before. */
  readonly refuses?: 'down' | 'used-connection';
  readonly script: (call: FaultCall) => PlayableScript;
}

type Means = FaultOutcome | WallFault['means'];
type More = Pick<FaultRow, 'answers' | 'retryAfterMs' | 'refuses'>;

/** Makes a row; `means` may be one word for both forms. */
export const fault = (
  name: string,
  means: Means,
  about: string,
  script: FaultRow['script'],
  more: More = {},
): FaultRow => ({
  name,
  about,
  means: typeof means === 'string' ? { stream: means, whole: means } : means,
  ...more,
  script,
});
