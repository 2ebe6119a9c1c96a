import type { Attempt, ResponseEnd } from '@lakehouse/chat-core';
import type { Call } from './call.js';

/** What is known of one chat request by and by; the log line is made of it, however the request ends. */
export interface Exchange {
  readonly call: Call;
  readonly attempts: Attempt[];
  /** How many calls of a provider were made. */
  calls: number;
  requested?: string;
  stream?: boolean;
  /** The target that answers, from its first content on. */
  target?: { readonly provider: string; readonly model: string };
  end?: Pick<ResponseEnd, 'finishReason' | 'usage'>;
}
