import {
  type Availability,
  type CallContext,
  type Capabilities,
  type ChatError,
  type ChatEvent,
  type ChatRequest,
  type EmbedRequest,
  type EmbedResponse,
  isChatError,
  type ModelInfo,
  type Provider,
} from '@lakehouse/chat-core';
import {
  createUpstream,
  findKey,
  requireKey,
  type UpstreamCall,
  type UpstreamResponse,
} from '@lakehouse/provider-utils';
import { createAnswerReader } from './answer-reader.js';
import { streamExchange } from './exchange.js';
import { type ChatdSettings, chatdTimeouts, checkUrl, defaultUrl, pluginName } from './options.js';
import { readEmbedAnswer, toEmbedBody } from './wire-embed.js';
import { toResponseError } from './wire-error.js';
import { isReady, readModels } from './wire-models.js';
import { toChatBody, toHeaders, withProviderOptions } from './wire-request.js';

/** What the protocol can carry; what a model there cannot do is for the other chatd to say. */
const capabilities: Capabilities = {
  tools: true,
  toolChoice: true,
  images: true,
  files: true,
  reasoning: true,
  structuredOutput: 'enforced',
  embeddings: true,
};

const availabilityMs = 3_000;
const notChatd = 'what answers there is no chatd';

/** A provider for another chatd, over its own protocol. `id` is the routing prefix and stands in errors. Throws for a wrong `url`. */
export const createChatd = (settings: ChatdSettings = {}, id: string = pluginName): Provider => {
  const { url = defaultUrl, timeouts = chatdTimeouts, transport, limits = {} } = settings;
  const key = findKey(settings);
  const baseUrl = checkUrl(id, url);
  const upstream = createUpstream({
    provider: id,
    baseUrl,
    secret: key?.secret,
    timeouts,
    transport,
    limits,
  });
  const names = [pluginName, id];
  const fault = { provider: id, secret: key?.secret };

  const guard = (): void => requireKey(id, key?.status);

  const toError = (response: UpstreamResponse, model?: string): Promise<ChatError> =>
    toResponseError(response, { ...fault, model });

  const fetchJson = async (
    call: Omit<UpstreamCall, 'headers' | 'signal' | 'delivery'>,
    context: CallContext,
  ): Promise<unknown> => {
    guard();
    const response = await upstream.request({ ...call, headers: toHeaders(context), signal: context.signal });
    if (response.status < 200 || response.status >= 300) throw await toError(response, call.model);
    return response.json();
  };

  async function* stream(request: ChatRequest, context: CallContext): AsyncGenerator<ChatEvent> {
    guard();
    const body = withProviderOptions(toChatBody(request), request, names);
    const model = typeof body.model === 'string' ? body.model : request.model;
    const reader = createAnswerReader({ fault, model, rawChunks: context.rawChunks ?? false });
    yield* streamExchange({ upstream, provider: id, model, body, context, reader, toError });
  }

  const models = async (context: CallContext): Promise<readonly ModelInfo[]> =>
    readModels(await fetchJson({ method: 'GET', path: 'v1/chat/models' }, context), fault);

  const availability = async (context: CallContext): Promise<Availability> => {
    const limit = AbortSignal.timeout(availabilityMs);
    const refuse = (why: string): Availability => ({
      available: false,
      detail: `${why} (${upstream.baseUrl})`,
    });
    try {
      const signal = AbortSignal.any([context.signal, limit]);
      const answer = await fetchJson({ method: 'GET', path: 'readyz' }, { ...context, signal });
      return isReady(answer) ? { available: true } : refuse(`${id}: ${notChatd}`);
    } catch (error) {
      if (limit.aborted && !context.signal.aborted) {
        return refuse(`${id} did not answer within ${availabilityMs / 1000} seconds`);
      }
      if (!isChatError(error)) return refuse(`${id} cannot be asked`);
      return refuse(error.code === 'bad-response' ? `${id}: ${notChatd}` : error.message);
    }
  };

  const embed = async (request: EmbedRequest, context: CallContext): Promise<EmbedResponse> => {
    const { model } = request;
    if ((request.tokens ?? request.input).length === 0) return { model, embeddings: [] };
    const body = withProviderOptions(toEmbedBody(request), request, names);
    const answer = await fetchJson({ method: 'POST', path: 'v1/embeddings', body, model }, context);
    return readEmbedAnswer(answer, request, id);
  };

  return {
    specificationVersion: 'v1',
    id,
    capabilities,
    ...(key && { credential: key.status }),
    stream,
    models,
    availability,
    embed,
    close: () => upstream.close(),
  };
};
