import { type ChatResponse, collect } from './collect.js';
import type { ChatRequest } from './message.js';
import type { CallContext, Provider } from './provider.js';
import { parseChatRequest } from './schema.js';

/** What `chat` and `createCallContext` take beside the request; every member has a default. */
export interface ChatOptions {
  /** Cancels the call and closes its socket. */
  readonly signal?: AbortSignal;
  /** Shown in errors and sent upstream where a provider does that; made up when left out. */
  readonly requestId?: string;
  /** Default `stream` for a context, `whole` for `chat`. */
  readonly delivery?: CallContext['delivery'];
}

/** A context for calls outside of a host. */
export const createCallContext = (options: ChatOptions = {}): CallContext => ({
  signal: options.signal ?? new AbortController().signal,
  requestId: options.requestId ?? crypto.randomUUID(),
  delivery: options.delivery ?? 'stream',
});

/**
 * Asks one provider and returns the whole answer: the convenience for scripts that reuse a single provider. Throws a
 * `ChatError`. For a stream, iterate `provider.stream(request, createCallContext())`.
 */
export const chat = async (
  provider: Provider,
  request: ChatRequest,
  options: ChatOptions = {},
): Promise<ChatResponse> => {
  const checked = parseChatRequest(request);
  return collect(provider.stream(checked, createCallContext({ delivery: 'whole', ...options })));
};
