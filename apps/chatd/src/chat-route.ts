import {
  type ChatError,
  type ChatHandler,
  type ChatRequest,
  type ChatWarning,
  collect,
  toChatError,
  untilContent,
  withErrorDetails,
} from '@lakehouse/chat-core';
import {
  createNativeStreamEncoder,
  formatNativeResponse,
  nativeKeepAlive,
  parseNativeRequest,
} from '@lakehouse/chat-dialects';
import type { Request, Response } from 'express';
import { bodyLimits, readJson } from './body.js';
import { callOf } from './call.js';
import { logChat } from './chat-log.js';
import { wantsBuffered } from './delivery.js';
import { sendError } from './error-answer.js';
import { openEventStream } from './event-stream.js';
import type { Exchange } from './exchange.js';
import { pointToHelp } from './help.js';
import type { RuntimeRoute } from './leased-route.js';
import { createPipeline } from './pipeline.js';
import { unknownProviderOptions } from './provider-options.js';
import type { Runtime } from './runtime.js';
import type { Service } from './service.js';
import { setTrailHeaders } from './trail-headers.js';

/** A reader that takes nothing for this long is gone. */
const longestStallMs = 60_000;

interface Prepared {
  readonly stallMs: number;
  readonly request: ChatRequest;
  readonly warnings: readonly ChatWarning[];
  readonly handler: ChatHandler;
}

const prepare = async (runtime: Runtime, request: Request, exchange: Exchange): Promise<Prepared> => {
  const parsed = parseNativeRequest(
    await readJson(request, bodyLimits(runtime.config, exchange.call.signal)),
  );
  exchange.requested = parsed.request.model;
  exchange.stream = parsed.stream;
  const route = runtime.registry.resolve(parsed.request.model);
  const handler = createPipeline(runtime, route, {
    stream: parsed.stream,
    buffered: wantsBuffered(request),
    onCall: () => {
      exchange.calls += 1;
    },
    onCommit: (target) => {
      exchange.target = target;
    },
  });
  const warnings = [...parsed.warnings, ...unknownProviderOptions(parsed.request, runtime)];
  return { ...parsed, warnings, handler, stallMs: Math.min(runtime.config.totalMs, longestStallMs) };
};

const metaOf = ({ call, target, attempts }: Exchange, warnings: readonly ChatWarning[]) => ({
  id: `chat_${call.requestId}`,
  provider: target?.provider ?? '',
  latencyMs: call.elapsedMs(),
  attempts,
  warnings,
});

const answerWhole = async (
  { request, warnings, handler }: Prepared,
  exchange: Exchange,
  response: Response,
): Promise<void> => {
  const { call, attempts } = exchange;
  const { signal, requestId } = call;
  const answer = await collect(handler(request, { signal, requestId, attempts, delivery: 'whole' }));
  exchange.end = answer;
  setTrailHeaders(response, exchange);
  response.json(formatNativeResponse(answer, metaOf(exchange, warnings)));
};

const answerStream = async (
  { request, warnings, handler, stallMs }: Prepared,
  exchange: Exchange,
  response: Response,
): Promise<void> => {
  const { call, attempts } = exchange;
  const { signal, requestId } = call;
  // A fault before the first content is an HTTP status; the headers go out with that content.
  const events = await untilContent(handler(request, { signal, requestId, attempts, delivery: 'stream' }));
  const encoder = createNativeStreamEncoder({ requestId, meta: () => metaOf(exchange, warnings) });
  setTrailHeaders(response, exchange);
  const stream = openEventStream(response, { signal, keepAlive: nativeKeepAlive, stallMs });
  try {
    for await (const event of events) {
      if (event.type === 'response-end') exchange.end = event;
      const text = encoder.push(event);
      if (text !== '') await stream.write(text);
    }
    await stream.write(encoder.end()); // only now has the last attempt been booked, which it lists
  } catch (error) {
    const failure = toFailure(error, exchange);
    if (!response.destroyed) response.write(encoder.error(failure));
    throw failure;
  } finally {
    stream.end();
  }
};

/** The failure as the caller should see it: with the trail, whatever layer it comes from. */
const toFailure = (error: unknown, { call, attempts }: Exchange): ChatError => {
  const failure = toChatError(error, { signal: call.signal });
  if (attempts.length === 0 || failure.attempts) return failure;
  return withErrorDetails(failure, { attempts });
};

/** `POST /v1/chat`, whole and streamed. */
export const createChatRoute =
  ({ log }: Service): RuntimeRoute =>
  async (runtime, request, response) => {
    const call = callOf(request);
    const exchange: Exchange = { call, attempts: [], calls: 0 };
    try {
      const prepared = await prepare(runtime, request, exchange);
      await (exchange.stream ? answerStream : answerWhole)(prepared, exchange, response);
      logChat(log, exchange);
    } catch (error) {
      const failure = toFailure(error, exchange);
      logChat(log, exchange, failure);
      setTrailHeaders(response, exchange, failure);
      if (!response.headersSent) sendError(response, pointToHelp(failure, runtime), call.requestId);
    }
  };
