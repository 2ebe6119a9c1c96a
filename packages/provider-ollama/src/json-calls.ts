import { type Availability, type ChatError, isChatError } from '@lakehouse/chat-core';
import type { Upstream, UpstreamCall, UpstreamResponse } from '@lakehouse/provider-utils';

/** Calls the upstream and gives the parsed body of a 2xx answer. Throws `ChatError`. */
export type FetchJson = (call: Omit<UpstreamCall, 'delivery'>) => Promise<unknown>;

/** What all calls of one provider share. */
export interface FetchJsonOptions {
  /** Where the calls go. */
  readonly upstream: Upstream;
  /** Throws when nothing may be sent. */
  readonly guard: () => void;
  /** The error of a status that is not 2xx. */
  readonly toError: (response: UpstreamResponse, model?: string) => Promise<ChatError>;
}

/** A function for calls that answer with one JSON object; it throws a `ChatError` for any other status than 2xx. */
export const createFetchJson =
  ({ upstream, guard, toError }: FetchJsonOptions): FetchJson =>
  async (call) => {
    guard();
    const response = await upstream.request(call);
    if (response.status < 200 || response.status >= 300) throw await toError(response, call.model);
    return response.json();
  };

/**
 * Turns a call that must be quick into an availability: `ask` gives the detail, a failure is the reason why not. It
 * never throws.
 */
export const askAvailability = async (
  signal: AbortSignal,
  limitMs: number,
  ask: (signal: AbortSignal) => Promise<string>,
): Promise<Availability> => {
  const limit = AbortSignal.timeout(limitMs);
  try {
    return { available: true, detail: await ask(AbortSignal.any([signal, limit])) };
  } catch (error) {
    if (limit.aborted && !signal.aborted) {
      return { available: false, detail: `no answer within ${limitMs / 1000} s` };
    }
    return { available: false, detail: isChatError(error) ? error.message : 'it cannot be asked' };
  }
};
