import {
  type ChatEvent,
  type ChatRequest,
  type ChatWarning,
  collect,
  forEachEvent,
  untilContent,
} from '@lakehouse/chat-core';
import type { AnswerSize, ChatExchange, ChatRoute, Front } from '@lakehouse/chat-dialects';
import type { Request, Response } from 'express';
import { callOf } from './call.js';
import type { EndCall } from './call-end.js';
import { wantsBuffered } from './delivery.js';
import { type EventStream, openEventStream } from './event-stream.js';
import { contextOf, type Exchange, metaOf, toFailure } from './exchange.js';
import { sendJson } from './json-answer.js';
import type { RuntimeRoute } from './leased-route.js';
import type { Pipeline, PipelineContext } from './pipeline.js';
import { askedOf, lostBy, withLost } from './plugin-parameters.js';
import { unknownProviderOptions } from './provider-options.js';
import { readInput } from './route-input.js';
import type { Runtime } from './runtime.js';
import { stallMsOf } from './stall.js';
import { wantsStrict } from './strict.js';
import { setTrailHeaders } from './trail-headers.js';
import { refuseDropped, setWarningsHeader } from './warnings-header.js';

interface Prepared {
  readonly parsed: ChatExchange;
  readonly request: ChatRequest;
  readonly front: Front;
  readonly pipeline: Pipeline;
  readonly ask: PipelineContext['ask'];
  readonly warnings: readonly ChatWarning[];
  readonly stallMs: number;
  readonly size: AnswerSize;
}

const createAsk =
  (runtime: Runtime, onlyFor: ChatExchange['onlyFor']): PipelineContext['ask'] =>
  ({ provider }, request, context) => {
    if (onlyFor === undefined) return provider.stream(request, context);
    const { id } = provider;
    const asked = askedOf(request, runtime, id, onlyFor);
    return withLost(lostBy(runtime, id, onlyFor))(provider.stream.bind(provider))(asked, context);
  };

const prepare = (runtime: Runtime, request: Request, front: Front, parsed: ChatExchange): Prepared => {
  const strict = wantsStrict(request, runtime.config);
  if (strict) refuseDropped(parsed.warnings);
  const asked: ChatRequest = strict ? { ...parsed.request, strict } : parsed.request;
  const kind = { stream: parsed.stream, streamable: true, buffered: wantsBuffered(request) };
  const pipeline = runtime.pipelines.of(asked.model, kind);
  const unknown = parsed.namesProviders ? unknownProviderOptions(asked, runtime) : [];
  return {
    parsed,
    request: asked,
    front,
    pipeline,
    ask: createAsk(runtime, parsed.onlyFor),
    warnings: unknown.length > 0 ? [...parsed.warnings, ...unknown] : parsed.warnings,
    stallMs: stallMsOf(runtime.config),
    size: { maxCharacters: runtime.config.answerLimits.bodyBytes },
  };
};

const startOf = (
  { request, pipeline, ask }: Prepared,
  exchange: Exchange,
  delivery: 'whole' | 'stream',
): AsyncIterable<ChatEvent> => pipeline.handler(request, contextOf(exchange, pipeline, delivery, ask));

const answerWhole = async (prepared: Prepared, exchange: Exchange, response: Response): Promise<void> => {
  const answer = await collect(startOf(prepared, exchange, 'whole'), prepared.size);
  exchange.end = answer;
  setTrailHeaders(response, exchange);
  setWarningsHeader(response, [...prepared.warnings, ...prepared.front.toWarnings(answer.warnings ?? [])]);
  sendJson(response, prepared.parsed.formatResponse(answer, metaOf(exchange, prepared.warnings)));
};

const answerStream = async (
  prepared: Prepared,
  exchange: Exchange,
  response: Response,
  contentType: string,
): Promise<void> => {
  const encoder = prepared.parsed.createEncoder(() => metaOf(exchange, prepared.warnings), prepared.size);
  // A fault before the first content is an HTTP status; the headers go out with that content.
  const events = await untilContent(startOf(prepared, exchange, 'stream'));
  const { signal } = exchange.call;
  const keepAlive = (): string => encoder.keepAlive();
  let stream: EventStream | undefined;
  let last = '';
  const open = (event: ChatEvent): EventStream => {
    exchange.firstContentMs = exchange.call.elapsedMs();
    const known = event.type === 'response-start' ? (event.warnings ?? []) : [];
    setTrailHeaders(response, exchange);
    setWarningsHeader(response, [...prepared.warnings, ...prepared.front.toWarnings(known)]);
    return openEventStream(response, { signal, contentType, keepAlive, stallMs: prepared.stallMs });
  };
  try {
    await forEachEvent(events, (event) => {
      stream ??= open(event);
      if (event.type === 'response-end') exchange.end = event;
      const text = encoder.push(event);
      return text === '' ? undefined : stream.write(text);
    });
    await stream?.write(encoder.end()); // only now has the last attempt been booked, which it lists
  } catch (error) {
    const failure = toFailure(error, exchange);
    // Before the stream is open there are no headers yet, and the failure is answered as a status.
    last = encoder.error(failure);
    throw failure;
  } finally {
    stream?.end(last);
  }
};

/** Asks a model in the words of any front, whole or streamed. Throws what went wrong before any output. */
export const createChatRoute =
  (route: ChatRoute, front: Front, endCall: EndCall): RuntimeRoute =>
  async (runtime, request, response) => {
    const exchange: Exchange = { call: callOf(request), attempts: [], calls: 0 };
    try {
      const parsed = route.parse(await readInput(request, runtime.config, front));
      exchange.requested = parsed.request.model;
      exchange.stream = parsed.stream;
      if (parsed.answerAtOnce) {
        runtime.registry.resolve(parsed.request.model); // a name that leads nowhere loads nothing
        response.json(parsed.answerAtOnce(exchange.call));
        return;
      }
      const prepared = prepare(runtime, request, front, parsed);
      if (parsed.stream) await answerStream(prepared, exchange, response, route.streamType);
      else await answerWhole(prepared, exchange, response);
      endCall(exchange);
    } catch (error) {
      const failure = toFailure(error, exchange);
      endCall(exchange, failure);
      setTrailHeaders(response, exchange, failure);
      if (!response.headersSent) throw failure;
    }
  };
