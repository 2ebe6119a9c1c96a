import {
  type Availability,
  type CallContext,
  ChatError,
  type ChatEvent,
  type ChatRequest,
  type EmbedRequest,
  type EmbedResponse,
  type ModelInfo,
  type Provider,
} from '@lakehouse/chat-core';
import {
  createEventStream,
  parseUpstreamJson,
  requireKey,
  type UpstreamCall,
} from '@lakehouse/provider-utils';
import { answerFault, type CallPlace, toPlacedError, toStatusError } from './answer-fault.js';
import { checkAvailability } from './availability.js';
import { callChat, isOk } from './chat-call.js';
import { pluginName } from './metadata.js';
import { toCapabilities } from './quirks.js';
import { createServer, type OpenAICompatSettings, type Server } from './server.js';
import { toEmbedBody, toEmbedResponse } from './wire-embed.js';
import { toModelInfos, whyNotCalled } from './wire-models.js';
import { readModel } from './wire-request.js';

const requireModel = ({ id, models, foreignModels }: Server, model: string): void => {
  const why = whyNotCalled(model, models, foreignModels);
  if (why !== undefined)
    throw new ChatError('unsupported', `${id}: ${why}`, { provider: id, model, path: 'model' });
};

/** Makes one small call and gives its parsed body. */
const fetchJson = async (server: Server, call: UpstreamCall, place: CallPlace): Promise<unknown> => {
  const response = await server.upstream.request(call);
  const text = await response.text();
  if (!isOk(response)) throw await toStatusError(response, text, place);
  return parseUpstreamJson(text);
};

/**
 * A provider for any server with OpenAI's chat completions. `settings` name its `url`, or a `preset`, or both; the id
 * is the name of the preset or `openai-compat` unless given. Throws `invalid-request` when the settings are not enough.
 */
export const createOpenAICompat = (
  settings: OpenAICompatSettings,
  id: string = typeof settings.preset === 'string' ? settings.preset : pluginName,
): Provider => {
  const server = createServer(settings, id);
  const placeOf = (model?: string): CallPlace => ({
    provider: id,
    rules: server.faultRules,
    secret: server.secret,
    ...(model !== undefined && { model }),
  });

  const guard = async <Result>(
    context: CallContext,
    place: CallPlace,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    try {
      requireKey(id, server.credential);
      context.signal.throwIfAborted();
      return await work();
    } catch (error) {
      throw toPlacedError(error, place, context.signal);
    }
  };

  const stream = (request: ChatRequest, context: CallContext): AsyncIterable<ChatEvent> => {
    const model = readModel(request, id);
    const check = (): void => {
      requireKey(id, server.credential);
      requireModel(server, model);
    };
    const asked = model === request.model ? request : { ...request, model };
    return createEventStream(callChat(server, asked, context, placeOf(model), check));
  };

  const models = (context: CallContext): Promise<readonly ModelInfo[]> => {
    const place = placeOf();
    return guard(context, place, async () => {
      const body = await fetchJson(server, { method: 'GET', path: 'models', signal: context.signal }, place);
      const infos = toModelInfos(body);
      if (!infos) throw answerFault('bad-response', 'the list of models has no "data"', place);
      return infos.filter(
        (model) => whyNotCalled(model.id, server.models, server.foreignModels) === undefined,
      );
    });
  };

  const embed = (request: EmbedRequest, context: CallContext): Promise<EmbedResponse> => {
    const model = readModel(request, id);
    const place = placeOf(model);
    return guard(context, place, async () => {
      requireModel(server, model);
      const body = toEmbedBody(request, id);
      const { signal } = context;
      const answer = await fetchJson(
        server,
        { method: 'POST', path: 'embeddings', body, signal, model },
        place,
      );
      return toEmbedResponse(answer, { ...request, model }, place);
    });
  };

  return {
    specificationVersion: 'v1',
    id,
    capabilities: toCapabilities(server.quirks, server.structuredOutput),
    ...(server.credential && { credential: server.credential }),
    stream,
    models,
    availability: (context): Promise<Availability> => checkAvailability(server, placeOf(), context),
    ...(server.quirks.embeddings && { embed }),
    close: () => server.upstream.close(),
  };
};
