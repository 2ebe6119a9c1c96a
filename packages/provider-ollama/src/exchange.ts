import {
  type CallContext,
  ChatError,
  type ChatEvent,
  type EventIterator,
  isChatError,
  type JsonObject,
  toChatError,
} from '@lakehouse/chat-core';
import {
  createEventStream,
  createLineDecoder,
  parseJsonLoosely,
  type Upstream,
  type UpstreamResponse,
  type WarningList,
} from '@lakehouse/provider-utils';
import type { AnswerReader } from './answer-reader.js';

/** One chat call, from its body to its events. */
export interface Exchange {
  /** Where the call goes. */
  readonly upstream: Upstream;
  /** Instance id. */
  readonly provider: string;
  /** Below the base URL, for example `/api/chat`. */
  readonly path: string;
  /** Its `model`, `stream` and `think` are read here too. */
  readonly body: JsonObject & { readonly model: string };
  /** The caller's; its signal closes the socket. */
  readonly context: CallContext;
  /** What the body could not carry. */
  readonly warnings: WarningList;
  /** Makes the events of the answer. */
  readonly reader: AnswerReader;
  /** The error of a status that is not 2xx. */
  readonly toError: (response: UpstreamResponse, model: string) => Promise<ChatError>;
}

/** How long a finished answer may keep its connection, so that the next call can have it. */
const lingerMs = 100;

const isSuccess = ({ status }: UpstreamResponse): boolean => status >= 200 && status < 300;

const refusesThinking = (error: unknown): boolean =>
  isChatError(error) && error.upstreamStatus === 400 && /does not support thinking/i.test(error.message);

const send = async (
  { upstream, path, toError }: Exchange,
  body: Exchange['body'],
  signal: AbortSignal,
): Promise<UpstreamResponse> => {
  const response = await upstream.request({
    method: 'POST',
    path,
    body,
    signal,
    model: body.model,
    delivery: isWhole(body) ? 'whole' : 'stream',
  });
  if (isSuccess(response)) return response;
  throw await toError(response, body.model);
};

const isWhole = (body: JsonObject): boolean => body.stream === false;

/** A model that cannot reason refuses `think` with a 400; the answer without it is better than none. */
const open = async (exchange: Exchange, signal: AbortSignal): Promise<UpstreamResponse> => {
  const { think, ...rest } = exchange.body;
  try {
    return await send(exchange, exchange.body, signal);
  } catch (error) {
    if (!think || !refusesThinking(error)) throw error;
    const { model } = exchange.body;
    exchange.warnings.drop('think', `${model} does not support thinking; it was asked without`);
    return send(exchange, { ...rest, model }, signal);
  }
};

const parse = (line: string, { body: { model }, provider }: Exchange): unknown => {
  const value = parseJsonLoosely(line);
  if (value !== undefined) return value;
  throw new ChatError('bad-response', `${provider} sent something that is not JSON`, { provider, model });
};

/** What follows the end of an answer is dropped. */
function* parsed(lines: readonly string[], exchange: Exchange): Generator<unknown> {
  for (const line of lines) {
    if (!exchange.reader.complete && line.trim() !== '') yield parse(line, exchange);
  }
}

/** The objects of an answer in whichever form it comes, in batches of what came together; a server may not have heeded `stream`. */
async function* objectsOf(response: UpstreamResponse, exchange: Exchange): AsyncGenerator<Iterable<unknown>> {
  if (isWhole(exchange.body)) {
    const text = await response.text();
    const value = parseJsonLoosely(text);
    yield value === undefined ? parsed(text.split('\n'), exchange) : [value];
    return;
  }
  const decoder = createLineDecoder(exchange.upstream.limits.lineBytes);
  for await (const piece of response.body) yield parsed(decoder.push(piece), exchange);
  yield parsed(decoder.end(), exchange);
}

/** The events of some objects, and what broke them off: the events before a failure come first. */
interface Batch {
  readonly events: readonly ChatEvent[];
  readonly failure?: { readonly error: unknown };
}

const toBatch = (objects: Iterable<unknown>, reader: AnswerReader): Batch => {
  const events: ChatEvent[] = [];
  try {
    for (const object of objects) for (const event of reader.push(object)) events.push(event);
    return { events };
  } catch (error) {
    return { events, failure: { error } };
  }
};

async function* batchesOf(
  prepare: () => Exchange,
): AsyncGenerator<readonly ChatEvent[], readonly ChatEvent[]> {
  const exchange = prepare();
  const { context, provider, reader, body } = exchange;
  const { model } = body;
  if (context.signal.aborted) throw toChatError(undefined, { provider, model, signal: context.signal });
  const response = await open(exchange, context.signal);
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const objects of objectsOf(response, exchange)) {
      const { events, failure } = toBatch(objects, reader);
      if (reader.complete && isWhole(body)) return events; // its body has been read to the end
      if (reader.complete) timer ??= setTimeout(() => response.discard(), lingerMs);
      if (events.length > 0) yield events;
      if (failure) throw failure.error;
    }
  } catch (error) {
    // What the connection does after a complete answer changes nothing.
    if (!reader.complete) throw error;
  } finally {
    clearTimeout(timer);
  }
  reader.end();
  return [];
}

/** Sends a chat call with the first pull, and yields its events. `prepare` is called then. Throws `ChatError`. */
export const streamExchange = (prepare: () => Exchange): AsyncIterableIterator<ChatEvent> & EventIterator =>
  createEventStream(batchesOf(prepare));
