import {
  type CallContext,
  ChatError,
  type ChatEvent,
  type JsonObject,
  toChatError,
} from '@lakehouse/chat-core';
import {
  createSseDecoder,
  decodeBody,
  parseJsonLoosely,
  type Upstream,
  type UpstreamResponse,
} from '@lakehouse/provider-utils';
import type { AnswerReader } from './answer-reader.js';
import { toHeaders } from './wire-request.js';

/** One chat call, from its body to its events. */
export interface Exchange {
  readonly upstream: Upstream;
  /** Instance id. */
  readonly provider: string;
  readonly model: string;
  readonly body: JsonObject;
  readonly context: CallContext;
  readonly reader: AnswerReader;
  readonly toError: (response: UpstreamResponse, model: string) => Promise<ChatError>;
}

/** How long a finished answer may keep its connection, so that the next call can have it. */
const lingerMs = 100;

const parse = (data: string, { provider, model }: Exchange): unknown => {
  const value = parseJsonLoosely(data);
  if (value !== undefined) return value;
  throw new ChatError('bad-response', `${provider} sent something that is not JSON`, { provider, model });
};

/** Everything that the answer holds; what follows its end is read, so that the connection is free, and dropped. */
async function* eventsOf(response: UpstreamResponse, exchange: Exchange): AsyncGenerator<ChatEvent> {
  const { reader, upstream, context } = exchange;
  if (context.delivery === 'whole') {
    yield* reader.whole(await response.json());
    return;
  }
  for await (const { data } of decodeBody(response.body, createSseDecoder(upstream.limits.lineBytes))) {
    if (!reader.isComplete()) yield* reader.push(parse(data, exchange));
  }
}

/** Sends a chat call and yields its events. Throws `ChatError`. */
export async function* streamExchange(exchange: Exchange): AsyncGenerator<ChatEvent> {
  const { upstream, provider, model, context, reader, toError } = exchange;
  const { delivery } = context;
  if (context.signal.aborted) throw toChatError(undefined, { provider, model, signal: context.signal });
  const response = await upstream.request({
    method: 'POST',
    path: 'v1/chat',
    body: { ...exchange.body, stream: delivery === 'stream' },
    headers: toHeaders(context),
    signal: context.signal,
    model,
    delivery,
  });
  if (response.status < 200 || response.status >= 300) throw await toError(response, model);
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const event of eventsOf(response, exchange)) {
      if (event.type === 'response-end') timer = setTimeout(() => response.discard(), lingerMs);
      yield event;
    }
  } catch (error) {
    // What the connection does after a complete answer changes nothing.
    if (!reader.isComplete()) throw error;
  } finally {
    clearTimeout(timer);
  }
  reader.end();
}
