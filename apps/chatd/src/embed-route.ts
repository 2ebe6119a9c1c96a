import {
  ChatError,
  type ChatEvent,
  type EmbedRequest,
  type EmbedResponse,
  type Target,
} from '@lakehouse/chat-core';
import type { EmbedExchange, EmbedRoute, Front } from '@lakehouse/chat-dialects';
import type { Request, Response } from 'express';
import { callOf } from './call.js';
import type { EndCall } from './call-end.js';
import { contextOf, type Exchange, metaOf, toFailure } from './exchange.js';
import { sendJson } from './json-answer.js';
import type { RuntimeRoute } from './leased-route.js';
import type { PipelineContext } from './pipeline.js';
import { askedOf, lostBy, withLost } from './plugin-parameters.js';
import { unknownProviderOptions } from './provider-options.js';
import { readInput } from './route-input.js';
import type { Runtime } from './runtime.js';
import { wantsStrict } from './strict.js';
import { setTrailHeaders } from './trail-headers.js';
import { refuseDropped, setWarningsHeader } from './warnings-header.js';

/** One call of one target. A stream of nothing but start and end lets the same policies go around it. */
async function* embedWith(
  { provider, model }: Target,
  request: EmbedRequest,
  context: Parameters<NonNullable<Target['provider']['embed']>>[1],
  onAnswer: (answer: EmbedResponse) => void,
): AsyncGenerator<ChatEvent> {
  if (!provider.embed) {
    throw new ChatError('unsupported', `${provider.id} has no embeddings`, { provider: provider.id, model });
  }
  const answer = await provider.embed({ ...request, model }, context);
  const wanted = (request.tokens ?? request.input).length;
  if (answer.embeddings.length !== wanted) {
    const message = `${provider.id} gave ${answer.embeddings.length} vectors for ${wanted} inputs`;
    throw new ChatError('bad-response', message, { provider: provider.id, model });
  }
  onAnswer(answer);
  yield { type: 'response-start', model: answer.model };
  yield { type: 'response-end', finishReason: 'stop', ...(answer.usage && { usage: answer.usage }) };
}

const embed = async (
  runtime: Runtime,
  { request, onlyFor }: EmbedExchange,
  exchange: Exchange,
  strict: boolean,
): Promise<EmbedResponse> => {
  const answers = new Map<string, EmbedResponse>();
  const keyOf = ({ provider, model }: { provider: string; model: string }): string => `${provider}/${model}`;
  const kind = { stream: false, streamable: false, buffered: false };
  const pipeline = runtime.pipelines.of(request.model, kind);
  const ask: PipelineContext['ask'] = (target, given, context) => {
    const { provider, model } = target;
    const asked = askedOf(request, runtime, provider.id, onlyFor);
    const onAnswer = (answer: EmbedResponse): void => {
      answers.set(keyOf({ provider: provider.id, model }), answer);
    };
    const call = (): AsyncIterable<ChatEvent> => embedWith(target, asked, context, onAnswer);
    return withLost(lostBy(runtime, provider.id, onlyFor))(call)(given, context);
  };
  const asked = { model: request.model, messages: [], strict };
  for await (const event of pipeline.handler(asked, contextOf(exchange, pipeline, 'whole', ask))) {
    if (event.type === 'response-end') exchange.end = event;
  }
  const answer = exchange.target && answers.get(keyOf(exchange.target));
  if (!answer) throw new ChatError('internal', 'The pipeline ended without an answer');
  return answer;
};

const answerEmbed = async (
  runtime: Runtime,
  request: Request,
  response: Response,
  route: EmbedRoute,
  front: Front,
  exchange: Exchange,
): Promise<void> => {
  const parsed = route.parse(await readInput(request, runtime.config, front));
  exchange.requested = parsed.request.model;
  if (parsed.answerAtOnce) {
    runtime.registry.resolve(parsed.request.model); // a name that leads nowhere loads nothing
    response.json(parsed.answerAtOnce(exchange.call));
    return;
  }
  const strict = wantsStrict(request, runtime.config);
  if (strict) refuseDropped(parsed.warnings);
  const unknown = parsed.namesProviders ? unknownProviderOptions({ ...parsed.request, strict }, runtime) : [];
  const answer = await embed(runtime, parsed, exchange, strict);
  const lost = lostBy(runtime, exchange.target?.provider ?? '', parsed.onlyFor);
  const warnings = [...parsed.warnings, ...unknown, ...lost];
  setTrailHeaders(response, exchange);
  setWarningsHeader(response, [...warnings, ...front.toWarnings(answer.warnings ?? [])]);
  sendJson(response, parsed.formatResponse(answer, metaOf(exchange, warnings)));
};

/** Asks for vectors in the words of any front. Throws what went wrong. */
export const createEmbedRoute =
  (route: EmbedRoute, front: Front, endCall: EndCall): RuntimeRoute =>
  async (runtime, request, response) => {
    const exchange: Exchange = { call: callOf(request), attempts: [], calls: 0 };
    try {
      await answerEmbed(runtime, request, response, route, front, exchange);
      endCall(exchange);
    } catch (error) {
      const failure = toFailure(error, exchange);
      endCall(exchange, failure);
      setTrailHeaders(response, exchange, failure);
      throw failure;
    }
  };
